import "server-only";

const IN_ALL = 4;
const FOR_AN_OWNER = 2;

export type DownloadSlot = {
  /** Says whose file it is, once that is known. */
  settle(owner: string): void;
  leave(): void;
};

export type DownloadSlots = {
  /** Returns `undefined` if no slot is free. */
  take(): DownloadSlot | undefined;
  /** The owners who already have as many downloads as one owner may have. */
  fullOwners(): string[];
};

/** Limits how many files this process downloads at once, so that one owner's slow files do not delay the others. */
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
