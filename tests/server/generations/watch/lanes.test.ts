import { setImmediate as pause } from "node:timers/promises";
import { CompiledQuery, sql } from "kysely";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { dueQuery } from "@/lib/server/generations/records/leases";
import { DeadlineError } from "@/lib/server/process/deadline";
import type { Services } from "@/lib/server/services";
import {
  blocked,
  completed,
  file,
  resultAt,
  type ScriptedAnswer,
  startScriptedUpstream,
} from "../scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  openServer,
  submitAndFind,
  watchToEnd,
} from "../support";
import { makeVideo } from "../videos";

const slowUrl = "https://v3b.fal.media/files/b/slow/output.mp4";
const quickUrl = "https://v3b.fal.media/files/b/quick/output.mp4";
const pictureUrl = "https://v3b.fal.media/files/b/slow/picture.png";

describe.each(databaseKinds)("downloads on %s", (kind) => {
  test("that are slow delay neither runs nor the downloads of other owners", async () => {
    const { server, upstream, slow } = await openWithSlowFiles(kind);
    const { services, watcher } = server;
    for (let n = 0; n < 8; n++) await addArchiving(services, "ann", slowUrl);
    void watcher.turn();
    await slow.arrived;

    const bob = await addGeneration(services, [{ type: "accepted", requestId: "bob" }], {
      owner: "bob",
    });
    upstream.answer("status", completed);
    upstream.answer("result", resultAt(quickUrl));

    expect((await watchToEnd(server, bob)).state.status).toBe("done");
    expect(upstream.calls("file").filter(({ url }) => url.includes("slow"))).toHaveLength(2);
    slow.release();
  });

  test("are limited to four at once, and two for each owner", async () => {
    const { server, upstream, slow } = await openWithSlowFiles(kind);
    const { services, watcher } = server;
    const owners = ["ann", "ann", "ann", "bob", "bob", "bob", "cem", "dan"];
    const ids: string[] = [];
    for (const owner of owners) ids.push(await addArchiving(services, owner, slowUrl));

    void watcher.turn();
    await vi.waitUntil(() => upstream.calls("file").length >= 4);
    await watcher.turn();
    expect(upstream.calls("file")).toHaveLength(4);
    const taken = await services.db.query
      .selectFrom("generations")
      .select("owner")
      .where("lease_holder", "=", services.serverId)
      .orderBy("owner")
      .execute();
    expect(taken.map(({ owner }) => owner)).toEqual(["ann", "ann", "bob", "bob"]);

    slow.release();
    for (const id of ids) expect((await watchToEnd(server, id)).state.status).toBe("done");
  });

  test("of pictures delay no run, either", async () => {
    const { server, upstream, slow } = await openWithSlowFiles(kind);
    const { services, watcher, clock } = server;
    for (let n = 0; n < 8; n++)
      await submitAndFind(services, makeClick({ picture: pictureUrl, prompt: `slow ${n}` }));
    clock.now += 1_000;
    void watcher.turn();
    await slow.arrived;

    const bob = await submitAndFind(services, makeClick({ owner: "bob" }));
    upstream.answer("status", completed);
    upstream.answer("result", resultAt(quickUrl));

    expect((await watchToEnd(server, bob.id)).state.status).toBe("done");
    expect(upstream.calls("file").filter(({ url }) => url.includes("slow"))).toHaveLength(2);
    slow.release();
  });

  test("and polls are claimed through an index, with 1,000 generations as with 50,000", async () => {
    const { services } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services, [{ type: "accepted", requestId: "request-1" }]);
    const plans: string[] = [];
    let count = 1;
    for (const wanted of [1_000, 50_000]) {
      await addEnded(services, id, count, wanted);
      count = wanted;
      for (const lane of ["poll", "download"] as const)
        plans.push(await explainClaim(services, lane));
    }

    expect(plans.join()).toContain("generations_due_in_lane");
    expect(plans.join()).not.toMatch(/temp b-tree|seq scan on generations/i);
  });
});

describe.each(databaseKinds)("a database on %s that never answers", (kind) => {
  test("does not stop the watcher for good while it claims what is due", async () => {
    const { services, upstream, watcher, hang, passTime } = await openHanging(kind);
    await addGeneration(services, [{ type: "accepted", requestId: "request-1" }]);

    hang(true);
    watcher.start();
    await passTime(5_000);
    expect(upstream.calls("status")).toEqual([]);

    hang(false);
    await passTime(10_000);
    expect(upstream.calls("status").length).toBeGreaterThan(0);
  });

  test("does not occupy the places of the runs that were claimed", async () => {
    const { services, upstream, watcher, hang, passTime } = await openHanging(kind);
    for (let n = 0; n < 8; n++)
      await addGeneration(services, [{ type: "accepted", requestId: `hanging-${n}` }]);
    upstream.answer("status", (_, response) => {
      hang(true);
      response.end('{"status":"IN_PROGRESS"}');
    });
    watcher.start();
    await passTime(5_000);
    expect(upstream.calls("status")).toHaveLength(8);

    hang(false);
    upstream.answer("status", { body: { status: "IN_PROGRESS" } });
    await addGeneration(services, [{ type: "accepted", requestId: "another" }]);
    await passTime(70_000);

    expect(upstream.calls("status").some(({ url }) => url.includes("another"))).toBe(true);
  });

  test("is not asked again and again for the same renewal", async () => {
    const { services, upstream, watcher, hang, passTime, asked } = await openHanging(kind);
    const slow = blocked(file(await makeVideo()));
    upstream.answer("file", slow.answer);
    await addArchiving(services, "ann", slowUrl);
    // Another claim of this turn hangs as well. The watcher's own loop catches its error.
    watcher.turn().catch((error: unknown) => expect(error).toBeInstanceOf(DeadlineError));
    await slow.arrived;

    hang(true);
    const before = asked();
    await passTime(120_000);

    expect(asked() - before).toBe(1);
    hang(false);
    slow.release();
  });
});

async function openWithSlowFiles(kind: (typeof databaseKinds)[number]) {
  const upstream = await startScriptedUpstream();
  const video = file(await makeVideo());
  const slow = blocked(video);
  upstream.answer("file", (call, response) =>
    run(call.url.includes("slow") ? slow.answer : video, call, response),
  );
  const server = await openServer(kind, upstream);
  server.clock.now += 2_000;
  return { server, upstream, slow };
}

type Handler = Extract<ScriptedAnswer, (...parts: never[]) => unknown>;

function run(answer: ScriptedAnswer, ...parts: Parameters<Handler>): unknown {
  return typeof answer === "function" ? answer(...parts) : undefined;
}

function addArchiving(services: Services, owner: string, url: string): Promise<string> {
  return addGeneration(
    services,
    [
      { type: "accepted", requestId: crypto.randomUUID() },
      { type: "succeeded", video: { url } },
    ],
    { owner },
  );
}

/** Opens a server whose query results the test can hold back and whose timers the test controls. */
async function openHanging(kind: (typeof databaseKinds)[number]) {
  const upstream = await startScriptedUpstream();
  const { services, watcher, clock } = await openServer(kind, upstream);
  let isHanging = false;
  let asked = 0;
  let answered = 0;
  services.db = {
    ...services.db,
    query: services.db.query.withPlugin({
      transformQuery: ({ node }) => {
        asked += 1;
        return node;
      },
      transformResult: ({ result }) => {
        answered += 1;
        return isHanging ? new Promise<never>(() => {}) : Promise.resolve(result);
      },
    }),
  };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  onTestFinished(() => {
    void watcher.stop();
    vi.useRealTimers();
  });
  clock.now += 2_000;
  return {
    services,
    upstream,
    watcher,
    asked: () => asked,
    hang(hangs: boolean) {
      isHanging = hangs;
    },
    async passTime(ms: number) {
      for (let passed = 0; passed < ms; passed += 500) {
        clock.now += 500;
        await vi.advanceTimersByTimeAsync(500);
        // Waits until the database and the upstream have answered.
        for (let idle = 0; idle < 50; idle++) {
          if (answered < asked) idle = 0;
          await pause();
        }
      }
    },
  };
}

async function addEnded({ db }: Services, id: string, from: number, to: number): Promise<void> {
  await sql`
    with recursive n(i) as (select cast(${from} as integer) union all select i + 1 from n where i < ${to - 1})
    insert into generations (id, owner, click, digest, model, input, usd, state, revision, created_at, checks)
    select 'copy-' || cast(i as text), owner, 'copy-' || cast(i as text), digest, model, input, usd, state,
      revision, created_at - i, checks
    from generations, n where id = ${id}`.execute(db.query);
  await sql`analyze`.execute(db.query);
}

/** Returns the query plan of the statement that claims what is due. */
async function explainClaim({ db }: Services, lane: "poll" | "download"): Promise<string> {
  const claim = { holder: "test", now: Date.now() + 60_000, lane, limit: 8, exceptOwners: ["bob"] };
  const { sql: text, parameters } = dueQuery(db, claim).compile();
  const command = db.kind === "sqlite" ? "explain query plan" : "explain";
  const { rows } = await db.query.executeQuery(
    CompiledQuery.raw(`${command} ${text}`, [...parameters]),
  );
  return JSON.stringify(rows);
}
