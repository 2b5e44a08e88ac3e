/**
 * Loaded into a server before all else (`node --import`). It says how long one turn of the event loop held the
 * process and how much memory it took, and sets its clock forward.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export type Reading = {
  /** The longest time that the event loop was busy with one turn since the last reading. */
  heldMs: number;
  /** The most memory since the last reading, and the memory now. */
  mostBytes: number;
  bytes: number;
};

const TICK_MS = 5;
const MEMORY_EVERY_TICKS = 4;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const RealDate = Date;
let aheadMs = 0;
let reading = begin();

setClock();
measure();
answer();

function begin(): Reading {
  const bytes = process.memoryUsage.rss();
  return { heldMs: 0, mostBytes: bytes, bytes };
}

function measure(): void {
  let at = performance.now();
  let waited = readWaitedMs();
  let ticks = 0;
  setInterval(() => {
    const [now, nowWaited] = [performance.now(), readWaitedMs()];
    // What the thread waited for a processor is the machine's doing, not the request's.
    const held = now - at - TICK_MS - (nowWaited - waited);
    reading.heldMs = Math.max(reading.heldMs, held);
    ticks += 1;
    if (ticks % MEMORY_EVERY_TICKS === 0 || held > TICK_MS)
      reading.mostBytes = Math.max(reading.mostBytes, process.memoryUsage.rss());
    [at, waited] = [now, nowWaited];
  }, TICK_MS).unref();
}

/** Only Linux tells; elsewhere the whole delay counts. */
function readWaitedMs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

function setClock(): void {
  class AheadDate extends RealDate {
    constructor(...given: ConstructorParameters<typeof RealDate> | []) {
      super(...((given.length === 0 ? [RealDate.now() + aheadMs] : given) as [number]));
    }
    static override now() {
      return RealDate.now() + aheadMs;
    }
    // Next wraps whatever it finds and copies what is its own.
    static override parse = RealDate.parse;
    static override UTC = RealDate.UTC;
  }
  globalThis.Date = AheadDate as DateConstructor;
}

/** One command a connection: `rest` collects and begins anew, `read` tells, `ahead N` sets the clock N ms forward. */
function answer(): void {
  const folder = process.env.ABUSE_PROBE;
  if (!folder) return;
  createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (text) => {
      const [command, value] = String(text).trim().split(" ");
      if (command === "ahead") aheadMs = Number(value);
      if (command === "rest") {
        collect();
        reading = begin();
      }
      socket.end(JSON.stringify({ ...reading, bytes: process.memoryUsage.rss() }));
    });
  })
    .listen(join(folder, `${process.pid}.sock`))
    .unref();
}
