import "server-only";
import { AppError } from "@/lib/problems";
import type { FollowedRun, RunStreams } from "../generations/watch/follow";
import type { AcceptedRecord } from "../generations/watch/status";
import { DeadlineError, withDeadline } from "../process/deadline";
import { onRevoked } from "../sessions/revoked-sessions";
import { type EventStream, openEventStream } from "../streams/event-stream";
import type { Holder, StreamPlaces } from "../streams/places";
import { refusedStream } from "../upstream/answers";
import { NoStreamError } from "../upstream/status-stream";

export type StreamServices = { runStreams: RunStreams; statusPlaces: StreamPlaces };

const OPENED_WITHIN_MS = 20_000;

/**
 * Streams a run's status as fal does. All clients get it from the one stream that this server follows at the upstream, and
 * their answers end or break off as that stream does. Throws `server_busy`, and what `callUpstream` throws.
 */
export async function streamRunStatus(
  services: StreamServices,
  record: AcceptedRecord,
  { holder, isLogWanted }: { holder: Holder; isLogWanted: boolean },
): Promise<Response> {
  let stream: EventStream | undefined;
  const following = services.runStreams.follow(record, () => stream?.wake());
  if (!following) throw new AppError("server_busy");
  try {
    await withDeadline(following.run.opened, OPENED_WITHIN_MS, "the upstream's stream");
    const releasePlace = services.statusPlaces.acquire(holder, (last) => stream?.end(last));
    const forgetSession = onRevoked(holder.session, () => stream?.end());
    stream = openEventStream({
      ...toSource(following.run, isLogWanted),
      onClose() {
        following.leave();
        releasePlace();
        forgetSession();
      },
    });
    stream.response.headers.set("x-fal-request-id", record.requestId);
    return stream.response;
  } catch (error) {
    following.leave();
    if (error instanceof NoStreamError) return refusedStream(error.answer);
    if (error instanceof DeadlineError)
      throw new AppError("upstream_answer_broken", { cause: error });
    throw error;
  }
}

/** A client's first status contains the log so far, and the next ones only new lines, because fal's client appends them. */
function toSource(run: FollowedRun, isLogWanted: boolean) {
  let sent = 0;
  let place = 0;
  return {
    first: ": open\n\n",
    next() {
      if (run.count === sent) return undefined;
      sent = run.count;
      const { lines, next } = run.log.from(place);
      place = next;
      return `data: ${JSON.stringify({ ...run.status, logs: isLogWanted ? lines : null })}\n\n`;
    },
    isOver: () => run.isOver && run.count === sent,
    isBroken: () => run.isBroken,
  };
}
