import { afterEach, expect, vi } from "vitest";

const consoleError = vi.spyOn(console, "error");

// Whatever complains there unasked is a fault: a test that means to provoke it takes it over itself.
afterEach(() => {
  const complaints = consoleError.mock.calls;
  consoleError.mockClear();
  expect(complaints).toEqual([]);
});
