import "server-only";

/** Does `work` for each item, a few at a time. If one fails, begins no more, and throws its error when the others end. */
export async function inParallel<T>(
  items: AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let isFailed = false;
  // A generator hands out its items one after another, also to several who ask at once.
  const worker = async () => {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done || isFailed) return;
      try {
        await work(value);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const { status, ...rest } of workers)
    if (status === "rejected" && "reason" in rest) throw rest.reason;
}
