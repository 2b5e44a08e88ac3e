import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  consumeShareTarget,
  type ShareTargetInput,
  storeShareTarget,
} from "@/lib/server/pictures/share-target";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

test("returns a share target to its owner once", () => {
  const id = storeShareTarget("ann", ofBytes(1));
  expect(consumeShareTarget("bob", id)).toBeUndefined();
  expect(consumeShareTarget("ann", id)).toEqual(ofBytes(1));
  expect(consumeShareTarget("ann", id)).toBeUndefined();
});

test("stores a share target for ten minutes", () => {
  const id = storeShareTarget("ann", ofBytes(1));
  vi.advanceTimersByTime(10 * 60_000);
  expect(consumeShareTarget("ann", id)).toBeUndefined();
});

test("drops the oldest when there are too many", () => {
  const ids = Array.from({ length: 5 }, () => storeShareTarget("ann", ofBytes(50 * 2 ** 20)));
  expect(ids.map((id) => consumeShareTarget("ann", id) !== undefined)).toEqual([
    false,
    ...[true, true, true, true],
  ]);
});

function ofBytes(size: number): ShareTargetInput {
  const bytes = new Uint8Array(size);
  return { kind: "picture", bytes, type: "image/png", name: "a.png", leftOut: [] };
}
