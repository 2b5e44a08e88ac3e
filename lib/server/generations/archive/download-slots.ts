import "server-only";

const IN_ALL = 4;
const FOR_AN_OWNER = 2;

export type DownloadSlot = {
  /** Names the owner of the file, once that is known. */
  assign(owner: string): void;
  release(): void;
};

export type DownloadSlots = {
  /** Returns `undefined` if no slot is free. */
  acquire(): DownloadSlot | undefined;
  hasRoom(): boolean;
  /** The owners who already have as many downloads as one owner may have. */
  fullOwners(): string[];
};

/** Limits how many files this process downloads at once, so that one owner's slow files do not delay the others. */
export function openDownloadSlots(): DownloadSlots {
  const acquired = new Set<{ owner?: string }>();
  return {
    acquire() {
      if (acquired.size >= IN_ALL) return undefined;
      const slot: { owner?: string } = {};
      acquired.add(slot);
      return {
        assign: (owner) => {
          slot.owner = owner;
        },
        release: () => void acquired.delete(slot),
      };
    },
    hasRoom: () => acquired.size < IN_ALL,
    fullOwners() {
      const byOwner = Map.groupBy(acquired, ({ owner }) => owner);
      return [...byOwner].flatMap(([owner, slots]) =>
        owner !== undefined && slots.length >= FOR_AN_OWNER ? owner : [],
      );
    },
  };
}
