import { expect, inject, onTestFinished, test } from "vitest";
import { openDatabase } from "@/lib/server/database/open";
import { consumePoint } from "@/lib/server/gate/rates";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { pgBouncer, startPgBouncer } from "../../pgbouncer";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  countRecords,
  makeClick,
  makeDatabaseUrl,
  makeFolder,
  openTestServices,
} from "../generations/support";

const CLICKS = 60;

test.skipIf(!pgBouncer)(
  "accepts every click once behind PgBouncer in transaction mode (skipped if pgbouncer is not installed)",
  async () => {
    const direct = new URL(await makeDatabaseUrl("postgres"));
    const pooler = await startPgBouncer(inject("postgresUrl"));
    onTestFinished(() => pooler.stop());
    const url = `${pooler.url}${direct.pathname}`;
    const opened = await Promise.all(Array.from({ length: 4 }, () => openDatabase(url)));
    await Promise.all(opened.map((db) => db.close()));
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", (_, response) => {
      response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const mediaFolder = await makeFolder();
    const open = () =>
      openTestServices(upstream, {
        url,
        mediaFolder,
        clock: { now: Date.now() },
        budget: { perDay: 1_000_000_000 },
      });
    const one = await open();
    const other = await open();

    const clicks = await Promise.allSettled(
      Array.from({ length: CLICKS }, async (_, n) => {
        const services = n % 2 === 0 ? one : other;
        await consumePoint(services, "starts", `owner-${n % 5}`);
        return submitClick(services, makeClick({ owner: `owner-${n % 5}` }));
      }),
    );

    const statuses = clicks.map((click) =>
      click.status === "fulfilled" ? click.value.status : String(click.reason),
    );
    expect(statuses).toEqual(Array(CLICKS).fill(200));
    expect(await countRecords(one)).toBe(CLICKS);
    expect(upstream.calls("submit")).toHaveLength(CLICKS);
  },
);
