import { afterEach, expect, vi } from "vitest";

const consoleError = vi.spyOn(console, "error");

// An unexpected console error is a fault. A test that causes one on purpose replaces this spy.
afterEach(() => {
  const complaints = consoleError.mock.calls;
  consoleError.mockClear();
  expect(complaints).toEqual([]);
});
