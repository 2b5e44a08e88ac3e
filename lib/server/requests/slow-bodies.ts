import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BodyRule } from "./bodies";
import { refuse } from "./refusal";

const SMALL_WITHIN_MS = 20_000;
const SILENT_FOR_MS = 15_000;
const GRACE_MS = 30_000;
/** The rate of a modem: a picture of 20 MB takes 40 minutes. */
const LEAST_BYTES_PER_SECOND = 8 * 1024;
/** How long a client may continue to send after it has got its answer. */
const DISCARDED_FOR_MS = 10_000;
const LOOKED_AT_EVERY_MS = 1000;

/** Ends the connection if a body does not arrive, or arrives slower than any real connection. */
export function watchBody(request: IncomingMessage, response: ServerResponse, rule: BodyRule) {
  const { socket } = request;
  const begun = Date.now();
  const bytesBefore = socket.bytesRead;
  let last = { at: begun, bytes: bytesBefore };
  let answeredAt: number | undefined;

  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) return stop();
    const [now, bytes] = [Date.now(), socket.bytesRead];
    if (bytes > last.bytes) last = { at: now, bytes };
    if (response.writableEnded) answeredAt ??= now;
    if (answeredAt !== undefined && now - answeredAt > DISCARDED_FOR_MS) {
      stop();
      socket.destroy();
    } else if (isTooSlow(now)) {
      stop();
      void giveUp();
    }
  }, LOOKED_AT_EVERY_MS);
  timer.unref();
  // A connection has many requests after each other, and would keep the listeners of all of them.
  const stop = () => {
    clearInterval(timer);
    socket.off("close", stop);
  };
  socket.once("close", stop);
  response.once("close", () => {
    if (request.complete) stop();
  });

  function isTooSlow(now: number): boolean {
    if (now - last.at > SILENT_FOR_MS) return true;
    if (!rule.isLarge) return now - begun > SMALL_WITHIN_MS;
    const seconds = (now - begun) / 1000;
    const rate = (last.bytes - bytesBefore) / seconds;
    return now - begun > GRACE_MS && rate < LEAST_BYTES_PER_SECOND;
  }

  async function giveUp() {
    if (!response.headersSent) {
      response.setHeader("connection", "close");
      await refuse(request, response, { code: "bad_request", status: 408 }).catch(() => {});
    }
    // This tells the reader of the body that it broke off.
    setImmediate(() => socket.destroy());
  }
}
