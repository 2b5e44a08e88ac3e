import type { PageState } from "../page/page-state";

/** Why a line was given up. */
export type LineEnd =
  /** The browser says that it has a new line, or has slept. */
  | "renew"
  /** Nothing arrived for too long. */
  | "silent"
  /** Not even the beginning arrived: something in between holds the answer back. */
  | "held-back";

/** This server sends a comment as soon as a stream opens. */
const BEGINS_WITHIN_MS = 4_000;
/** This server sends a comment every 15 seconds. */
const SILENT_MS = 35_000;
const ONE_COMMENT_LATE_MS = 17_000;
const LOOK_EVERY_MS = 1_000;

/** Watches a stream of this server's, and calls `giveUp` once when it has to be opened anew. */
export function watchLine(page: Pick<PageState, "onChange">, giveUp: (why: LineEnd) => void) {
  let hasBegun = false;
  // By the clock on the wall: the browser's stopwatch, and its timers, may stand still while a computer sleeps.
  let heardAt = Date.now();
  const silentMs = () => Math.abs(Date.now() - heardAt);
  const end = (why: LineEnd) => {
    close();
    giveUp(why);
  };
  const look = setInterval(() => {
    if (!hasBegun && silentMs() > BEGINS_WITHIN_MS) end("held-back");
    if (hasBegun && silentMs() > SILENT_MS) end("silent");
  }, LOOK_EVERY_MS);
  const leave = page.onChange((change) => {
    if (change === "online" || change === "thawed") end("renew");
    if (change === "shown" && silentMs() > ONE_COMMENT_LATE_MS) end("renew");
  });
  const close = () => {
    clearInterval(look);
    leave();
  };
  return {
    /** Something arrived, be it a comment. */
    heard() {
      hasBegun = true;
      heardAt = Date.now();
    },
    close,
  };
}
