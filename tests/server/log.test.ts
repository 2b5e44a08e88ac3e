import { afterEach, expect, test, vi } from "vitest";
import { getLog, logConsoleOutput } from "@/lib/server/log";

const { warn, error } = console;

afterEach(() => {
  Object.assign(console, { warn, error });
});

test("turns a console message with newlines and colours into one log entry", () => {
  const written = vi.spyOn(getLog(), "error").mockImplementation(() => {});
  logConsoleOutput();
  console.error("\u001b[31m⨯ no image\u001b[0m", "/x\n{}", new Error("broken"));
  expect(written).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^⨯ no image \/x\n\{\} Error: broken\n/),
  );
});
