import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type HandedOver, keepHandedOver, takeHandedOver } from "@/lib/server/handed-over";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

test("gives what was handed over to its owner, once", () => {
  const id = keepHandedOver("ann", ofBytes(1));
  expect(takeHandedOver("bob", id)).toBeUndefined();
  expect(takeHandedOver("ann", id)).toEqual(ofBytes(1));
  expect(takeHandedOver("ann", id)).toBeUndefined();
});

test("keeps it for ten minutes", () => {
  const id = keepHandedOver("ann", ofBytes(1));
  vi.advanceTimersByTime(10 * 60_000);
  expect(takeHandedOver("ann", id)).toBeUndefined();
});

test("lets the oldest go when there is too much", () => {
  const ids = Array.from({ length: 5 }, () => keepHandedOver("ann", ofBytes(50 * 2 ** 20)));
  expect(ids.map((id) => takeHandedOver("ann", id) !== undefined)).toEqual([
    false,
    ...[true, true, true, true],
  ]);
});

function ofBytes(bytes: number): HandedOver {
  return { kind: "picture", bytes: new Uint8Array(bytes), type: "image/png", name: "a.png" };
}
