import { beforeEach, expect, test, vi } from "vitest";

let clock: typeof import("@/lib/browser/http/server-clock");
const server = Date.UTC(2026, 0, 1);

beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers({
    now: server - 2 * 60 * 60_000,
    toFake: ["Date", "performance", "setTimeout"],
  });
  clock = await import("@/lib/browser/http/server-clock");
  return () => vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);

test("tells the server's time on a browser whose clock is two hours off", () => {
  const startedAt = performance.now();
  pass(100);
  clock.noteServerTime(server, startedAt);
  expect(clock.serverNow() - server).toBe(50);
  pass(5_000);
  expect(clock.serverNow() - server).toBe(5_050);
});

test("ignores that the browser's clock is set meanwhile", () => {
  clock.noteServerTime(server, performance.now());
  vi.setSystemTime(server + 24 * 60 * 60_000);
  expect(clock.serverNow() - server).toBe(0);
});

test("prefers the answer that took the least time", () => {
  clock.noteServerTime(server, performance.now());
  const startedAt = performance.now();
  pass(20_000);
  clock.noteServerTime(server + 20_000, startedAt);
  expect(clock.serverNow() - server).toBe(20_000);
});

test("corrects itself with the next answer after the computer has slept", () => {
  clock.noteServerTime(server, performance.now());
  const startedAt = performance.now();
  pass(10);
  clock.noteServerTime(server + 3_600_000, startedAt);
  expect(clock.serverNow() - server).toBe(3_600_005);
});
