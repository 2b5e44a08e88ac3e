import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DecodingBusyError, decodeInTurn } from "@/lib/server/media/decode-in-turn";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("decodes one picture at a time, and goes on after one that fails", async () => {
  let [now, most] = [0, 0];
  const decode = async (n: number) => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    if (n === 2) throw new Error("broken");
    return n;
  };
  const all = await Promise.allSettled([1, 2, 3, 4].map((n) => decodeInTurn(() => decode(n))));
  expect(all.map(({ status }) => status === "fulfilled")).toEqual([true, false, true, true]);
  expect(most).toBe(1);
});

test("refuses a picture that would wait too long, or behind too many", async () => {
  const first = Promise.withResolvers<void>();
  const running = decodeInTurn(() => first.promise);
  const waiting = Array.from({ length: 80 }, () => decodeInTurn(async () => "drawn"));
  const outcomes = Promise.allSettled(waiting);
  await vi.advanceTimersByTimeAsync(3 * 60_000);
  first.resolve();
  await running;
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ reason: expect.any(DecodingBusyError) });
  expect(await decodeInTurn(async () => "drawn")).toBe("drawn");
});
