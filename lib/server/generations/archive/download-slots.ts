import "server-only";

const IN_ALL = 4;
const FOR_AN_OWNER = 2;

export type DownloadSlot = {
  /** Before it is known whose file is next. */
  settle(owner: string): void;
  leave(): void;
};

export type DownloadSlots = {
  /** `undefined` when there is none left. */
  take(): DownloadSlot | undefined;
  /** Whoever has as many files on the way as one may have. */
  fullOwners(): string[];
};

/** How many files this process brings over at once, so that nobody's slow ones hold everybody else's. */
export function openDownloadSlots(): DownloadSlots {
  const taken = new Set<{ owner?: string }>();
  return {
    take() {
      if (taken.size >= IN_ALL) return undefined;
      const slot: { owner?: string } = {};
      taken.add(slot);
      return {
        settle: (owner) => {
          slot.owner = owner;
        },
        leave: () => void taken.delete(slot),
      };
    },
    fullOwners() {
      const byOwner = Map.groupBy(taken, ({ owner }) => owner);
      return [...byOwner].flatMap(([owner, slots]) =>
        owner !== undefined && slots.length >= FOR_AN_OWNER ? owner : [],
      );
    },
  };
}
