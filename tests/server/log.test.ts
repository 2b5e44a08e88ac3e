import { afterEach, expect, test, vi } from "vitest";
import { getLog, logConsoleOutput } from "@/lib/server/log";

const { log, info, debug, warn, error } = console;

afterEach(() => {
  Object.assign(console, { log, info, debug, warn, error });
});

test("turns a console message with newlines and colours into one log entry", () => {
  const written = vi.spyOn(getLog(), "error").mockImplementation(() => {});
  logConsoleOutput();
  console.error("\u001b[31m⨯ no image\u001b[0m", "/x\n{}", new Error("broken"));
  expect(written).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^⨯ no image \/x\n\{\} Error: broken\n/),
  );
});

test("sends what Next says of itself to the log, too, without its empty lines", () => {
  const written = vi.spyOn(getLog(), "info").mockImplementation(() => {});
  logConsoleOutput();
  console.log("\u001b[1m ✓ Ready in 300ms\u001b[0m\n");
  console.info("");
  expect(written).toHaveBeenCalledExactlyOnceWith("✓ Ready in 300ms");
});
