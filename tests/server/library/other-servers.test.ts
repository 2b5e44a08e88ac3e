import { sql } from "kysely";
import pg from "pg";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { deleteGeneration } from "@/lib/server/library/delete";
import { followOtherServers } from "@/lib/server/library/events/other-servers";
import { openLibraryStream } from "@/lib/server/library/events/stream";
import type { Services } from "@/lib/server/services";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import { addGeneration, makeDatabaseUrl, openServer } from "../generations/support";
import { readEvents } from "./read-events";

const refused = { type: "refused", problem: { code: "not_sent", charged: "no" } } as const;

describe("two servers on one Postgres", () => {
  test("tell each other's clients what changes, what is deleted, and who signs out", async () => {
    const { one, other, url } = await openTwo();
    await listen(other, url);
    const session = crypto.randomUUID();
    const events = open(other, session);

    const id = await addGeneration(one, [refused]);
    expect((await events.next())?.data.id).toBe(id);
    await deleteGeneration(one, "ann", id);
    await nextWhere(events, ({ event, data }) => event === "deleted" && data.id === id);
    await notify(one, "firstframe_sessions", session);
    await nextWhere(events, ({ event }) => event === "signed_out");
    expect(await events.next()).toBeUndefined();
  });

  test("tell what a server has written that dies right after", async () => {
    const { one, other, url } = await openTwo();
    await listen(other, url);
    const events = open(other);

    const id = await addGeneration(one, [refused]);
    await one.db.close();

    await nextWhere(events, ({ data }) => data.id === id && data.status === "refused");
  });

  test("tell what changed while the connection for notices was broken", async () => {
    const { one, other, url } = await openTwo();
    const others = await listen(other, url);
    const events = open(other);

    await breakConnections(url);
    await vi.waitUntil(() => !others.isListening());
    const id = await vi.waitFor(() => addGeneration(one, [refused]));

    await nextWhere(events, ({ data }) => data.id === id && data.status === "refused");
    await vi.waitFor(() => expect(others.isListening()).toBe(true), 10_000);
    const next = await addGeneration(one, [refused]);
    await nextWhere(events, ({ data }) => data.id === next);
  });

  test("read changes every second if no notices arrive", async () => {
    const { one, other } = await openTwo();
    // As behind a pooler: the connection works but receives no notifications.
    const others = follow(other, await makeDatabaseUrl("postgres"));
    const events = open(other);

    const id = await addGeneration(one, [refused]);
    await nextWhere(events, ({ data }) => data.id === id && data.status === "refused");
    await deleteGeneration(one, "ann", id);
    await nextWhere(events, ({ event, data }) => event === "deleted" && data.id === id);
    expect(others.isListening()).toBe(false);
  });
});

async function openTwo() {
  const {
    services: one,
    url,
    openAnother,
  } = await openServer("postgres", await startScriptedUpstream());
  return { one, other: (await openAnother()).services, url };
}

function follow(services: Services, url: string) {
  const others = followOtherServers(services, url);
  onTestFinished(() => others.stop());
  return others;
}

async function listen(services: Services, url: string) {
  const others = follow(services, url);
  await vi.waitFor(() => expect(others.isListening()).toBe(true), 10_000);
  return others;
}

function open(services: Services, session = "anns") {
  const origin = "http://localhost:3000";
  return readEvents(openLibraryStream(services, { owner: "ann", session, origin }));
}

type Events = ReturnType<typeof readEvents>;
type SentEvent = NonNullable<Awaited<ReturnType<Events["next"]>>>;

async function nextWhere(events: Events, isMeant: (event: SentEvent) => boolean): Promise<void> {
  for (;;) {
    const event = await events.next();
    if (!event) throw new Error("The stream has ended");
    if (isMeant(event)) return;
  }
}

async function notify({ db }: Services, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(db.query);
}

async function breakConnections(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: new URL("/postgres", url).href });
  await client.connect();
  const name = new URL(url).pathname.slice(1);
  await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
    name,
  ]);
  await client.end();
}
