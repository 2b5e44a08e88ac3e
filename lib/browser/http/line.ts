import type { PageState } from "../page/page-state";

/** Why a connection was given up. */
export type LineEnd =
  /** The browser reports that it is online again or has slept. */
  | "renew"
  /** Nothing has arrived for too long. */
  | "silent"
  /** Not even the beginning has arrived, because something in between holds the answer back. */
  | "held-back";

/** This server sends a comment as soon as a stream opens. */
const BEGINS_WITHIN_MS = 4_000;
/** This server sends a comment every 15 seconds. */
const SILENT_MS = 35_000;
const ONE_COMMENT_LATE_MS = 17_000;
const CHECK_EVERY_MS = 1_000;

/** Watches a stream of this server. Calls `giveUp` once if the stream has to be opened again. */
export function watchLine(page: Pick<PageState, "onChange">, giveUp: (why: LineEnd) => void) {
  let hasBegun = false;
  // This uses the wall clock, because the browser's stopwatch and timers may stop while the computer sleeps.
  let heardAt = Date.now();
  const silentMs = () => Math.abs(Date.now() - heardAt);
  const end = (why: LineEnd) => {
    close();
    giveUp(why);
  };
  const timer = setInterval(() => {
    if (!hasBegun && silentMs() > BEGINS_WITHIN_MS) end("held-back");
    if (hasBegun && silentMs() > SILENT_MS) end("silent");
  }, CHECK_EVERY_MS);
  const leave = page.onChange((change) => {
    if (change === "online" || change === "thawed") end("renew");
    if (change === "shown" && silentMs() > ONE_COMMENT_LATE_MS) end("renew");
  });
  const close = () => {
    clearInterval(timer);
    leave();
  };
  return {
    /** Call it whenever something arrives, such as a comment. */
    heard() {
      hasBegun = true;
      heardAt = Date.now();
    },
    close,
  };
}
