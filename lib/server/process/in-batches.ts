import "server-only";

/** Resolves once the item was written, and rejects with the error of its batch. */
export type AddToBatch<Item> = (item: Item) => Promise<void>;

type Waiting<Item> = { item: Item; resolve(): void; reject(error: unknown): void };

/**
 * Writes the first item at once and meanwhile collects the others for the next call of `write`. So a quiet server waits for
 * nothing, and a busy one writes many items with one query.
 */
export function inBatches<Item>(
  write: (items: Item[]) => Promise<void>,
  { most }: { most: number },
): AddToBatch<Item> {
  let waiting: Waiting<Item>[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      try {
        await write(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWriting) void writeAll();
    });
}
