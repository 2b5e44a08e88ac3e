import { AppError } from "@/lib/problems";
import { readConnection } from "./connection";
import type { LibraryDeps } from "./deps";
import { backOff, pause } from "./pause";
import { poll } from "./poll";
import type { SourceTarget } from "./source-target";

const FIRST_WAIT_MS = 500;
const LONGEST_WAITS_MS = { looking: 2_000, away: 15_000 };
/** The wait is long because a buffering proxy stays as it is and a session does not come back by itself. */
const LOOK_AGAIN_AFTER_MS = 60_000;

/** Applies the server's events until the signal aborts: from its stream, and by asking again and again where there is none. */
export async function followEvents(
  deps: LibraryDeps,
  target: SourceTarget,
  signal: AbortSignal,
): Promise<void> {
  const { page, openStream } = deps;
  let polling: AbortController | undefined;
  const stopPolling = () => {
    polling?.abort();
    polling = undefined;
  };
  const startPolling = () => {
    if (polling) return;
    polling = new AbortController();
    void poll(deps, target, AbortSignal.any([signal, polling.signal]));
  };

  for (let attempt = 0; !signal.aborted; attempt++) {
    let isSignedOut = false;
    const end = await readConnection(
      (until) => openStream(target.lastId(), until),
      {
        onOpen() {
          attempt = 0;
          stopPolling();
          // Nobody knows what changed before the first stream was open.
          if (target.lastId() === undefined) target.deliver({ type: "reload" });
        },
        onAlive: target.onAlive,
        onId: target.onId,
        onEvent(event) {
          isSignedOut ||= event.type === "signed_out";
          target.deliver(event.type === "generation" ? { ...event, isInOrder: true } : event);
        },
      },
      page,
      signal,
    ).catch(toEnd);
    if (signal.aborted || end === "renew") continue;
    if (end === "signed_out" || isSignedOut) {
      stopPolling();
      await pause(LOOK_AGAIN_AFTER_MS, signal, page);
      continue;
    }
    // A stream that ended as it should is opened again; whatever else happened, the events come by polling meanwhile.
    if (end !== "ended" || attempt > 0) startPolling();
    const mostMs = LONGEST_WAITS_MS[page.isVisible() ? "looking" : "away"];
    const ms = end === "held-back" ? LOOK_AGAIN_AFTER_MS : backOff(attempt, FIRST_WAIT_MS, mostMs);
    await pause(ms, signal, page);
  }
  stopPolling();
}

function toEnd(error: unknown): "signed_out" | "failed" {
  // Without a session the server answers `not_found`.
  const isSignedOut =
    error instanceof AppError && (error.code === "signed_out" || error.code === "not_found");
  return isSignedOut ? "signed_out" : "failed";
}
