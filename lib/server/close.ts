import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { forgetServer } from "./database/servers";
import { releaseOwnLeases } from "./generations/records/leases";
import { getLog } from "./log";
import { withDeadline } from "./process/deadline";
import {
  announceEnd,
  countOpenAnswers,
  endConnections,
  stopAccepting,
} from "./process/open-requests";
import { vitalSigns } from "./process/vital-signs";
import type { Services } from "./services";
import { flushTraces } from "./traces/spans";
import { getLocalFal } from "./upstream/local-fal";

/** What works in the background and can be stopped. */
export type Worker = { stop(): Promise<void> };

/** For this long it still accepts connections, because a balancer needs a moment to see that it is no longer ready. */
const NOTICED_AFTER_MS = 1_500;
const CHECKS_END_WITHIN_MS = 1_000;
const GRACE_MS = 8_000;
const ENDED_AFTER_MS = 9_500;
const LOOKED_EVERY_MS = 50;
const RELEASED_WITHIN_MS = 1_000;
/** Text for clients that read events: they open the stream again after this many milliseconds. */
const COME_AGAIN = "retry: 200\n\n";

/**
 * Ends the process at SIGTERM or SIGINT without a loss: it is unready at once, starts no work, lets other servers take over
 * its runs, ends streams so that their clients open them elsewhere, and lets requests finish for 8 seconds.
 */
export function closeOnSignal(services: Services, workers: readonly Worker[]): void {
  let since: number | undefined;
  const handle = (signal: NodeJS.Signals) => {
    if (since === undefined) {
      since = performance.now();
      void close(services, workers, signal);
    } else if (performance.now() - since > 1_000) {
      // npm passes on what a terminal has sent already, so only a later signal is a person who does not want to wait.
      process.exit(1);
    }
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.removeAllListeners(signal).on(signal, handle);
}

async function close(
  services: Services,
  workers: readonly Worker[],
  signal: NodeJS.Signals,
): Promise<void> {
  const begunAt = performance.now();
  setTimeout(() => process.exit(0), ENDED_AFTER_MS).unref();
  vitalSigns().phase = "closing";
  getLog().info({ signal, requests: countOpenAnswers() }, "closing");
  announceEnd();
  const stopped = stopWork(services, workers);
  endStreams(services);
  // A person at a terminal has no balancer in front.
  if (signal !== "SIGINT") await delay(NOTICED_AFTER_MS);
  stopAccepting();
  endStreams(services);
  while (countOpenAnswers() > 0 && performance.now() - begunAt < GRACE_MS)
    await delay(LOOKED_EVERY_MS);
  const brokenOff = countOpenAnswers();
  endConnections();
  await stopped;
  await release(services);
  getLog().info({ ms: Math.round(performance.now() - begunAt), brokenOff }, "closed");
  process.exit(0);
}

/** Short checks end; what takes longer is left to another server, which finds its lease free. */
async function stopWork(services: Services, workers: readonly Worker[]): Promise<void> {
  const ended = Promise.all(workers.map((worker) => worker.stop()));
  await withDeadline(ended, CHECKS_END_WITHIN_MS, "the checks under way").catch(() => {});
  await attempt(services.runStreams.endAll());
  await attempt(releaseOwnLeases(services, { exceptSending: true }));
}

function endStreams({ libraryPlaces, statusPlaces }: Services): void {
  libraryPlaces.endAll(COME_AGAIN);
  statusPlaces.endAll(COME_AGAIN);
}

async function release(services: Services): Promise<void> {
  await attempt(releaseOwnLeases(services));
  await attempt(forgetServer(services.db, services.serverId));
  if (services.upstream.kind === "local")
    await attempt(getLocalFal().then((localFal) => localFal.close()));
  await attempt(services.db.close());
  await attempt(flushTraces());
}

async function attempt(work: Promise<unknown>): Promise<void> {
  await withDeadline(work, RELEASED_WITHIN_MS, "the end").catch((error: unknown) => {
    getLog().warn({ reason: String(error) }, "something could not be ended in time");
  });
}
