import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "@/lib/server/database/open";
import { consumePoint, openRates } from "@/lib/server/gate/rates";
import { makeDatabaseUrl } from "../generations/support";
import { startTcpProxy } from "./tcp-proxy";

const timeoutMs = 300;

test("connections that die silently are closed and replaced", async () => {
  const proxy = await startTcpProxy(await makeDatabaseUrl("postgres"));
  const db = await openDatabase(proxy.url, { timeoutMs, poolSize: 2 });
  onTestFinished(() => db.close());
  const rates = openRates(db, { startsPerMinute: 100, uploadMbPerDay: 1000 });
  const ask = () => sql`select 1`.execute(db.query);
  await Promise.all([ask(), ask()]);

  proxy.freeze();
  const lost = await Promise.allSettled([
    ask(),
    db.query.transaction().execute((query) => sql`select 1`.execute(query)),
  ]);
  expect(lost.map(({ status }) => status)).toEqual(["rejected", "rejected"]);

  await Promise.all([
    ask(),
    ask(),
    db.query.transaction().execute((query) => sql`select 1`.execute(query)),
  ]);
  proxy.freeze();
  await consumePoint({ rates }, "starts", "ann");
});

test("the locks of a transaction whose connection died are released", async () => {
  const url = await makeDatabaseUrl("postgres");
  const proxy = await startTcpProxy(url);
  const db = await openDatabase(proxy.url, { timeoutMs });
  const other = await openDatabase(url, { timeoutMs: 5_000 });
  onTestFinished(async () => void (await Promise.all([db.close(), other.close()])));
  const lock = sql`select pg_advisory_xact_lock(1)`;

  const died = db.query.transaction().execute(async (query) => {
    await lock.execute(query);
    proxy.freeze();
    await expect(lock.execute(query)).rejects.toThrow("Query read timeout");
    throw new Error("given up");
  });

  // The error of the rollback over the dead connection may come instead.
  await expect(died).rejects.toThrow(/given up|Query read timeout|connection error/);
  await other.query.transaction().execute((query) => lock.execute(query));
});
