import "server-only";
import type { Database } from "./database/database";
import { openDatabase } from "./database/open";
import { dataFolder, getEnv } from "./env";
import { openRates, type Rates } from "./gate/rates";
import { type Changes, openChanges } from "./generations/records/changes";
import { type DueSignal, openDueSignal } from "./generations/records/due-signal";
import { makeServerId } from "./generations/records/leases";
import type { GenerationRecord } from "./generations/records/record";
import { openUsual, type Usual } from "./generations/records/usual";
import { openRunStreams, type RunStreams } from "./generations/watch/follow";
import { type LibraryEvents, openLibraryEvents } from "./library/events/library-events";
import { openCheckedStore } from "./media/checked-store";
import type { MediaStore } from "./media/store";
import { type CoalescedAnswers, openCoalescedAnswers } from "./process/coalesced-answers";
import { oncePerProcess } from "./process/once-per-process";
import { openReadiness, type Readiness } from "./readiness";
import { type Budget, readBudget } from "./spend/budget";
import { openPrices, type Prices } from "./spend/prices";
import { openStreamPlaces, type StreamPlaces } from "./streams/places";
import { askPrices } from "./upstream/prices";
import type { RunAnswer } from "./upstream/runs";
import { openUpstream, type Upstream } from "./upstream/target";
import { openWebhookKeys, type WebhookKeys } from "./upstream/webhook";

/** What a process opens once. */
export type Services = {
  db: Database;
  media: MediaStore;
  upstream: Upstream;
  webhookKeys: WebhookKeys;
  /** The key is the id of a generation. */
  statusAnswers: CoalescedAnswers<RunAnswer>;
  /** The key is `OWNER REQUEST_ID`. */
  ownRuns: CoalescedAnswers<GenerationRecord | undefined>;
  changes: Changes;
  runStreams: RunStreams;
  libraryEvents: LibraryEvents;
  /** The places for streams of events, and for streams of a run's status. */
  libraryPlaces: StreamPlaces;
  statusPlaces: StreamPlaces;
  rates: Rates;
  budget: Budget;
  prices: Prices;
  usual: Usual;
  /** The name of this process in its leases. */
  serverId: string;
  due: DueSignal;
  readiness: Readiness;
  /** Milliseconds since 1970. */
  now(): number;
};

export const getServices = oncePerProcess("services", openServices);

async function openServices(): Promise<Services> {
  const env = getEnv();
  const [db, media, upstream] = await Promise.all([
    openDatabase(env.DATABASE_URL, {
      poolSize: env.DATABASE_POOL_SIZE,
      timeoutMs: env.DATABASE_TIMEOUT_MS,
    }),
    openCheckedStore(env.MEDIA_URL),
    openUpstream(),
  ]);
  const changes = openChanges();
  const libraryEvents = openLibraryEvents(db);
  changes.subscribe(libraryEvents.tell);
  const reporting = {
    ...{ db, changes, now: Date.now },
    budget: readBudget(env),
    serverId: makeServerId(),
    due: openDueSignal(),
  };
  return {
    ...reporting,
    media,
    upstream,
    webhookKeys: openWebhookKeys(upstream, Date.now),
    statusAnswers: openCoalescedAnswers(Date.now),
    ownRuns: openCoalescedAnswers(Date.now),
    libraryEvents,
    libraryPlaces: openStreamPlaces(),
    statusPlaces: openStreamPlaces(),
    runStreams: openRunStreams({ ...reporting, upstream }),
    rates: openRates(db, {
      startsPerMinute: env.STARTS_PER_MINUTE,
      uploadMbPerDay: env.UPLOAD_MB_PER_DAY,
    }),
    prices: openPrices({
      overrides: env.MODEL_PRICES_USD,
      ask: () => askPrices(upstream),
    }),
    usual: openUsual(db, Date.now),
    readiness: openReadiness({
      db,
      media,
      serverId: reporting.serverId,
      folders: [dataFolder(env)],
    }),
  };
}
