import { execFile } from "node:child_process";
import { promisify } from "node:util";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDatabase } from "@/lib/server/database/open";
import { retryWhileUnavailable } from "@/lib/server/database/retry";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { startLocalUpstream } from "./local-upstream";
import { startScriptedUpstream } from "./scripted-upstream";
import {
  addGeneration,
  countRecords,
  databaseKinds,
  makeClick,
  makeDatabaseUrl,
  openServer,
  requireClick,
  requireRecord,
  watchToEnd,
} from "./support";

const run = promisify(execFile);

describe.each(databaseKinds)("a new database on %s", (kind) => {
  test("can be opened by ten connections at once", async () => {
    const url = await makeDatabaseUrl(kind);

    const opened = await Promise.all(Array.from({ length: 10 }, () => openDatabase(url)));
    onTestFinished(async () => {
      await Promise.all(opened.map((db) => db.close()));
    });

    for (const { query } of opened) {
      expect(await query.selectFrom("generations").selectAll().execute()).toEqual([]);
    }
  });

  test("can be opened by several processes at once", async () => {
    const url = await makeDatabaseUrl(kind);
    const script = new URL("open-database.ts", import.meta.url).pathname;

    const runs = await Promise.all(Array.from({ length: 6 }, () => run("node", [script, url])));

    expect(runs.map(({ stdout }) => stdout.trim())).toEqual(Array(6).fill("0"));
  });
});

describe.each(databaseKinds)("a database on %s", (kind) => {
  test("keeps its rows when it is opened again", async () => {
    const { services, openAnother } = await openServer(kind, await startScriptedUpstream());
    const id = await addGeneration(services);

    const { services: next } = await openAnother();

    expect(await requireRecord(next, id)).toEqual(await requireRecord(services, id));
  });
});

describe("a database that is away", () => {
  test.each([
    { code: "SQLITE_BUSY" },
    { code: "ECONNREFUSED" },
    { code: "57P01" },
    { message: "Connection terminated unexpectedly" },
    { message: "Client has encountered a connection error and is not queryable" },
  ])("is retried after %j", async (failure) => {
    let attempts = 0;
    const work = async () => {
      if (++attempts < 3) throw Object.assign(new Error(failure.message), failure);
      return "done";
    };
    expect(await retryWhileUnavailable(work, 5_000)).toBe("done");
  });

  test("fails after the last retry", async () => {
    const work = async () => {
      throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
    };
    await expect(retryWhileUnavailable(work, 0)).rejects.toMatchObject({
      code: "storage_unavailable",
    });
  });

  test("does not cause retries of other errors", async () => {
    let attempts = 0;
    const work = async () => {
      attempts++;
      throw new TypeError("a mistake");
    };
    await expect(retryWhileUnavailable(work, 5_000)).rejects.toThrow("a mistake");
    expect(attempts).toBe(1);
  });
});

describe("a locked SQLite", () => {
  test("sends nothing, and accepts the same click after the lock", async () => {
    const upstream = await startScriptedUpstream();
    const { services, url } = await openServer("sqlite", upstream);
    const click = makeClick();
    const unlock = lock(url);

    await expect(submitClick(services, click)).rejects.toMatchObject({
      code: "storage_unavailable",
    });
    expect(upstream.calls("submit")).toEqual([]);

    unlock();
    expect(await submitClick(services, click)).toMatchObject({ status: 200 });
    expect(upstream.calls("submit")).toHaveLength(1);
    expect(await countRecords(services)).toBe(1);
  });

  test("delays the outcome of a submit without losing it", async () => {
    const upstream = await startScriptedUpstream();
    const server = await openServer("sqlite", upstream);
    const click = makeClick();
    let unlock = () => {};
    upstream.answer("submit", (_, response) => {
      unlock = lock(server.url);
      setTimeout(() => unlock(), 500);
      response.end('{"request_id":"request-1"}');
    });

    expect(await submitClick(server.services, click)).toMatchObject({ status: 200 });

    expect(await requireClick(server.services, click)).toMatchObject({
      state: { status: "queued", requestId: "request-1" },
    });
  });
});

describe("a Postgres whose connections all break", () => {
  test("does not lose a click that is being submitted", async () => {
    const upstream = await startScriptedUpstream();
    const { services, url, openAnother } = await openServer("postgres", upstream);
    upstream.answer("submit", async (_, response) => {
      await breakConnections(url);
      response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const clicks = Array.from({ length: 8 }, () => makeClick());

    const answers = await Promise.all(clicks.map((click) => submitClick(services, click)));

    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(upstream.calls("submit")).toHaveLength(8);
    const { services: unbroken } = await openAnother();
    expect(await countRecords(unbroken)).toBe(8);
    for (const click of clicks) {
      expect(await requireClick(unbroken, click)).toMatchObject({ state: { status: "queued" } });
    }
  }, 20_000);

  test("does not lose a run that is being followed", async () => {
    const upstream = await startLocalUpstream();
    const server = await openServer("postgres", upstream);
    const { services, watcher, clock, url, openAnother } = server;
    const clicks = Array.from({ length: 4 }, () => makeClick());
    await Promise.all(clicks.map((click) => submitClick(services, click)));

    for (let n = 0; n < 10; n++) {
      clock.now += 1_000;
      // The turn itself may fail; the next turn goes on.
      await Promise.all([watcher.turn().catch(() => {}), breakConnections(url)]);
    }

    // What was claimed when the connection broke stays claimed until its lease ends.
    clock.now += 60_000;
    const { services: unbroken } = await openAnother();
    for (const click of clicks) {
      const { id } = await requireClick(unbroken, click);
      expect((await watchToEnd(server, id)).state).toMatchObject({ status: "done" });
    }
    expect(upstream.calls("submit")).toHaveLength(4);
  });
});

/** Prevents all others from writing. */
function lock(url: string): () => void {
  const other = new Sqlite(url.slice("file:".length));
  other.exec("begin exclusive");
  onTestFinished(() => {
    other.close();
  });
  return () => other.close();
}

async function breakConnections(url: string): Promise<void> {
  const { pathname } = new URL(url);
  // From another database, because two tests that do this at once would break each other's connections.
  const client = new pg.Client({ connectionString: new URL("/postgres", url).href });
  await client.connect();
  await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [
    pathname.slice(1),
  ]);
  await client.end();
}
