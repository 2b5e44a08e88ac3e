import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, inject, onTestFinished, vi } from "vitest";
import { type GenerationEvent, isSettled } from "@/lib/generation";
import { imageToVideo, type Model, textToVideo } from "@/lib/models";
import { openDatabase } from "@/lib/server/database/open";
import { openRates } from "@/lib/server/gate/rates";
import { openChanges } from "@/lib/server/generations/records/changes";
import { openDueSignal } from "@/lib/server/generations/records/due-signal";
import { findClick, findRecord } from "@/lib/server/generations/records/find";
import { insertRecord } from "@/lib/server/generations/records/insert";
import type { GenerationRecord } from "@/lib/server/generations/records/record";
import { report } from "@/lib/server/generations/records/report";
import { openUsual } from "@/lib/server/generations/records/usual";
import { type Click, submitClick } from "@/lib/server/generations/submit/submit";
import { openRunStreams } from "@/lib/server/generations/watch/follow";
import { createWatcher, type Watcher } from "@/lib/server/generations/watch/watcher";
import { openLibraryEvents } from "@/lib/server/library/events/library-events";
import { openDiskStore } from "@/lib/server/media/disk-store";
import { openCoalescedAnswers } from "@/lib/server/process/coalesced-answers";
import { openReadiness } from "@/lib/server/readiness";
import type { Services } from "@/lib/server/services";
import type { Budget } from "@/lib/server/spend/budget";
import { openPrices } from "@/lib/server/spend/prices";
import { openStreamPlaces } from "@/lib/server/streams/places";
import { askPrices } from "@/lib/server/upstream/prices";
import type { Upstream } from "@/lib/server/upstream/target";
import { openWebhookKeys } from "@/lib/server/upstream/webhook";

export const databaseKinds = ["sqlite", "postgres"] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-test-"));
  onTestFinished(() =>
    rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  );
  return folder;
}

/** Returns the address of an empty database that is deleted after the test. */
export async function makeDatabaseUrl(kind: DatabaseKind): Promise<string> {
  if (kind === "sqlite") return `file:${join(await makeFolder(), "firstframe.db")}`;
  const url = await createPostgresDatabase();
  const { href: cluster } = new URL("/postgres", url);
  onTestFinished(() => administer(cluster, `drop database ${url.split("/").at(-1)} with (force)`));
  return url;
}

/** A clock that only the test moves. */
export type TestClock = { now: number };

/**
 * Opens everything that a server needs, with an upstream of the test. Several servers can use the same `url` and
 * `mediaFolder`.
 */
export async function openTestServices(
  upstream: Pick<Upstream, "base"> & Partial<Upstream>,
  {
    url,
    mediaFolder,
    clock,
    budget = {},
  }: { url: string; mediaFolder: string; clock: TestClock; budget?: Budget },
): Promise<Services> {
  const db = await openDatabase(url);
  onTestFinished(() => db.close());
  const now = () => clock.now;
  const changes = openChanges();
  const libraryEvents = openLibraryEvents(db);
  changes.subscribe(libraryEvents.tell);
  const whole: Upstream = {
    kind: "compatible",
    authorization: "Key test:test",
    webhookKeysUrl: `${upstream.base}/rest.fal.ai/.well-known/jwks.json`,
    ...upstream,
  };
  const reporting = {
    ...{ db, changes, budget, now },
    serverId: crypto.randomUUID(),
    due: openDueSignal(),
  };
  const media = await openDiskStore(mediaFolder);
  return {
    ...reporting,
    media,
    readiness: openReadiness({ db, media, serverId: reporting.serverId, folders: [mediaFolder] }),
    upstream: whole,
    rates: openRates(db, { startsPerMinute: 1000, uploadMbPerDay: 1000 }),
    prices: openPrices({ overrides: {}, ask: () => askPrices(whole) }),
    usual: openUsual(db, now),
    webhookKeys: openWebhookKeys(whole, now),
    statusAnswers: openCoalescedAnswers(now),
    ownRuns: openCoalescedAnswers(now),
    libraryEvents,
    libraryPlaces: openStreamPlaces(),
    statusPlaces: openStreamPlaces(),
    runStreams: openRunStreams({ ...reporting, upstream: whole }),
  };
}

/** Makes the routes use these services until the test ends. */
export function serveRoutesWith(services: Services): void {
  const shared = globalThis as { firstframe?: Map<string, unknown> };
  shared.firstframe ??= new Map();
  const { firstframe: values } = shared;
  values.set("services", Promise.resolve(services));
  onTestFinished(() => void values.delete("services"));
}

/** A server with a watcher whose turns the test starts. */
export type TestServer = { services: Services; watcher: Watcher; clock: TestClock };

/** Opens a server on an empty database. `openAnother` opens one more on the same records and media. */
export async function openServer(
  kind: DatabaseKind,
  upstream: Pick<Upstream, "base"> & Partial<Upstream>,
) {
  const [url, mediaFolder] = await Promise.all([borrowDatabaseUrl(kind), makeFolder()]);
  const clock: TestClock = { now: Date.now() };
  const open = async (): Promise<TestServer> => {
    const services = await openTestServices(upstream, { url, mediaFolder, clock });
    return { services, watcher: createWatcher(services), clock };
  };
  return { ...(await open()), url, mediaFolder, openAnother: open };
}

type ClickOptions = {
  owner?: string;
  key?: string;
  prompt?: string;
  picture?: string;
  model?: Model;
};

/** The price of every click in a test. */
export const PRICE_USD = 0.5;

export function makeClick({
  owner = "ann",
  key = crypto.randomUUID(),
  prompt = "a rocket",
  picture,
  model = picture ? imageToVideo : textToVideo,
}: ClickOptions = {}): Click {
  const origin = "http://localhost:3000";
  const asked = { prompt, ...(picture && { image_url: picture }) };
  return {
    // The input after the gate, which replaces the address of an upload by fal's own name for it.
    input: {
      prompt,
      ...(picture && { image_url: picture.replace(/^http:\/\/[^/]+\//, "https://") }),
      prompt_optimizer: true,
    },
    sent: JSON.stringify(asked),
    model: model.id,
    owner,
    key,
    usd: PRICE_USD,
    origin,
  };
}

/** Submits a click and returns its record. */
export async function submitAndFind(services: Services, click: Click): Promise<GenerationRecord> {
  await submitClick(services, click);
  return requireClick(services, click);
}

/** Returns the record of a click. Throws if there is none. */
export async function requireClick({ db }: Services, click: Click): Promise<GenerationRecord> {
  const record = await findClick(db, click.owner, click.key);
  if (!record) throw new Error("The click is not written down");
  return record;
}

export async function requireRecord({ db }: Services, id: string): Promise<GenerationRecord> {
  const record = await findRecord(db, id);
  if (!record) throw new Error("The generation is not written down");
  return record;
}

export async function countRecords({ db }: Services): Promise<number> {
  return (await db.query.selectFrom("generations").select("id").execute()).length;
}

/** Records a generation and its history without an upstream. */
export async function addGeneration(
  services: Services,
  events: GenerationEvent[] = [],
  { owner = "ann", holder = "dead", leaseUntil = 0, isSending = false } = {},
): Promise<string> {
  const id = crypto.randomUUID();
  await insertRecord(
    services.db,
    {
      ...{ id, owner, click: crypto.randomUUID(), digest: "" },
      model: textToVideo.id,
      input: { prompt: "a rocket", prompt_optimizer: true },
      usd: PRICE_USD,
      outgoing: { sent: '{"prompt":"a rocket"}', origin: "http://localhost:3000" },
      createdAt: services.now(),
      lease: { holder, until: leaseUntil },
    },
    services.budget,
  );
  if (isSending)
    await services.db.query
      .updateTable("generations")
      .set({ sender: holder, sending_at: services.now() })
      .where("id", "=", id)
      .execute();
  for (const event of events) await report(services, id, event);
  return id;
}

/** Runs the watcher second by second until nothing more happens, and returns the generation. */
export function watchToEnd(
  { services, watcher, clock }: TestServer,
  id: string,
): Promise<GenerationRecord> {
  return vi.waitFor(
    async () => {
      clock.now += 1_000;
      await watcher.turn();
      const record = await requireRecord(services, id);
      expect(isSettled(record.state), `${id} is ${record.state.status}`).toBe(true);
      return record;
    },
    // A video may have to be converted on the way, by a process that leaves busy cores to others.
    { timeout: 50_000, interval: 5 },
  );
}

// Creating a Postgres database takes longer than most tests, so the tests of a file use one database in turn.
const emptied: string[] = [];

async function borrowDatabaseUrl(kind: DatabaseKind): Promise<string> {
  if (kind === "sqlite") return makeDatabaseUrl(kind);
  const url = emptied.pop() ?? (await createPostgresDatabase());
  onTestFinished(async () => {
    await administer(
      url,
      "truncate generations, shares, deletions, removals, search_entries, ledger, rates",
    );
    emptied.push(url);
  });
  return url;
}

/** The database is deleted with its cluster at the end of the run. */
async function createPostgresDatabase(): Promise<string> {
  const cluster = inject("postgresUrl");
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await administer(`${cluster}/postgres`, `create database ${name}`);
  return `${cluster}/${name}`;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
