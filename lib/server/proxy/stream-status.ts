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
 * Streams a run's status as fal does, from the one stream of the upstream's that this server follows for all who ask.
 * It ends when the upstream's ends, and breaks off when the upstream's does. Throws `server_busy`, and what `callUpstream` throws.
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
    const leavePlace = services.statusPlaces.take(holder, () => stream?.end());
    const forgetSession = onRevoked(holder.session, () => stream?.end());
    stream = openEventStream({
      ...toSource(following.run, isLogWanted),
      onClose() {
        following.leave();
        leavePlace();
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

/** A client that comes late gets the log so far with its first status, and then the new lines, as fal's client adds them up. */
function toSource(run: FollowedRun, isLogWanted: boolean) {
  let sent = 0;
  let place = 0;
  return {
    first: ": open\n\n",
    take() {
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
