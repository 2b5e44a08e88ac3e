import "server-only";
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { appFolder } from "../../process/app-folder";
import { oncePerProcess } from "../../process/once-per-process";

const CONVERTED_WITHIN_MS = 5 * 60_000;
const MOST_WAITING = 16;
const WAITS_MS = 5 * 60_000;
const MOST_PIXELS = 4096 * 2304;
const MOST_SECONDS = 10 * 60;
const HEAP_MB = 1024;
const KEPT_OF_ITS_ERROR = 2000;

// This is a path and no import, because the child is not in the server's bundle.
const program = path.join(
  /* turbopackIgnore: true */ appFolder(),
  "lib/server/media/convert/child.ts",
);

/** The codecs cannot convert the video, or not within the limits. The video itself may be good. */
export class NotConvertedError extends Error {
  override name = "NotConvertedError";
}

/** Too many videos wait for conversion. A later attempt may succeed. */
export class ConvertingBusyError extends Error {
  override name = "ConvertingBusyError";
}

type Line = { last: Promise<unknown>; waiting: number };
const line = oncePerProcess<Line>("converting", () => ({ last: Promise.resolve(), waiting: 0 }));

type Extent = { width?: number; height?: number; durationSeconds?: number };

/**
 * Writes a copy that every browser plays: H.264 in 8 bits and 4:2:0 with AAC, in an MP4 with its index in front. It converts
 * one video at a time, in a separate process with low priority. Throws a `NotConvertedError`, and then leaves no file.
 */
export async function convertVideo(source: string, target: string, extent: Extent): Promise<void> {
  const { width = 0, height = 0, durationSeconds = 0 } = extent;
  if (width * height > MOST_PIXELS || durationSeconds > MOST_SECONDS)
    throw new NotConvertedError(`${width} x ${height} for ${durationSeconds} s is too much`);
  const turns = line();
  if (turns.waiting >= MOST_WAITING) throw new ConvertingBusyError("Too many videos wait");
  turns.waiting++;
  const until = Date.now() + WAITS_MS;
  const turn = turns.last.then(() => {
    turns.waiting--;
    if (Date.now() > until) throw new ConvertingBusyError("The turn came too late");
    return run(source, target);
  });
  turns.last = turn.catch(() => {});
  try {
    await turn;
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}

async function run(source: string, target: string): Promise<void> {
  const flags = [`--max-old-space-size=${HEAP_MB}`, "--disable-warning=ExperimentalWarning"];
  // The child gets no environment, because it needs none of the server's settings.
  const child = spawn(process.execPath, [...flags, program, source, target], {
    env: { NODE_ENV: "production" },
    stdio: ["pipe", "ignore", "pipe"],
  });
  lowerPriority(child.pid);
  const timer = setTimeout(() => child.kill("SIGKILL"), CONVERTED_WITHIN_MS);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-KEPT_OF_ITS_ERROR);
  });
  child.stdin.on("error", () => {});
  try {
    const end = await new Promise<string>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(signal ?? String(code)));
    });
    if (end !== "0") throw new NotConvertedError(`The conversion ended with ${end}: ${said}`);
  } finally {
    clearTimeout(timer);
    child.stdin.destroy();
  }
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The child has already ended.
  }
}
