import { expect, test, vi } from "vitest";
import { inBatches } from "@/lib/server/process/in-batches";

test("writes the first item at once and then all that came meanwhile, a few at a time", async () => {
  const { write, writes, release } = makeWrite();
  const add = inBatches(write, { most: 2 });
  const added = [1, 2, 3, 4].map((item) => add(item));
  expect(writes).toEqual([[1]]);
  release();
  await Promise.all(added);
  expect(writes).toEqual([[1], [2, 3], [4]]);
});

test("fails only the items of the batch that could not be written", async () => {
  const write = vi
    .fn<(items: number[]) => Promise<void>>()
    .mockRejectedValueOnce(new Error("away"))
    .mockResolvedValue();
  const add = inBatches(write, { most: 10 });
  const results = await Promise.allSettled([add(1), add(2), add(3)]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
});

function makeWrite() {
  const writes: number[][] = [];
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const write = async (items: number[]) => {
    writes.push(items);
    await promise;
  };
  return { write, writes, release };
}
