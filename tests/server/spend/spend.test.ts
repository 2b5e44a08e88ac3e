import { describe, expect, test } from "vitest";
import { messagesOf } from "@/lib/messages";
import { updatePicture } from "@/lib/server/generations/records/update";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { changeOwnWords } from "@/lib/server/library/own-words";
import { ledgerPage } from "@/lib/server/pages/ledger";
import { dayOf, toMicros } from "@/lib/server/spend/budget";
import { toCsv } from "@/lib/server/spend/csv";
import { listEntries, readAllEntries, sumDays } from "@/lib/server/spend/entries";
import { sumOfDay } from "@/lib/server/spend/ledger";
import { readToday } from "@/lib/server/spend/today";
import { startLocalUpstream } from "../generations/local-upstream";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  makeDatabaseUrl,
  makeFolder,
  openTestServices,
  PRICE_USD,
  requireClick,
  submitAndFind,
} from "../generations/support";

const tenRuns = { perDay: toMicros(10 * PRICE_USD) };

describe.each(databaseKinds)("the budget on %s", (kind) => {
  const open = async (
    upstream: Parameters<typeof openTestServices>[0],
    budget: Parameters<typeof openTestServices>[1]["budget"],
    count = 1,
  ) => {
    const shared = {
      url: await makeDatabaseUrl(kind),
      mediaFolder: await makeFolder(),
      clock: { now: Date.parse("2026-03-01T12:00:00Z") },
    };
    const opened = [];
    for (let index = 0; index < count; index++)
      opened.push(await openTestServices(upstream, { ...shared, budget }));
    return { servers: opened, clock: shared.clock };
  };

  test("accepts ten of two hundred simultaneous clicks", async () => {
    const upstream = await startLocalUpstream();
    // Two connections to one SQLite file in one process would block each other, and the process with them.
    const { servers } = await open(upstream, tenRuns, kind === "postgres" ? 2 : 1);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) => {
        const server = servers[index % servers.length];
        if (!server) throw new Error("no server");
        return submitClick(server, makeClick({ owner: `owner ${index % 7}` }));
      }),
    );

    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(outcomes.length - refused.length).toBe(10);
    for (const outcome of refused)
      expect(outcome).toMatchObject({ reason: { code: "over_budget" } });
    expect(upstream.calls("submit")).toHaveLength(10);
  });

  test("applies to each owner, too, and starts again at midnight", async () => {
    const upstream = await startLocalUpstream();
    const { servers, clock } = await open(upstream, { perOwnerPerDay: toMicros(PRICE_USD) });
    const [services] = servers;
    if (!services) throw new Error("no server");

    await submitClick(services, makeClick({ owner: "ann" }));
    await expect(submitClick(services, makeClick({ owner: "ann" }))).rejects.toMatchObject({
      code: "over_budget",
    });
    await submitClick(services, makeClick({ owner: "bob" }));
    expect(await readToday(services, "ann")).toEqual({ day: "2026-03-01", usd: 0.5, leftUsd: 0 });

    clock.now += 12 * 60 * 60_000;
    await submitClick(services, makeClick({ owner: "ann" }));
    expect(await readToday(services, "ann")).toMatchObject({ day: "2026-03-02", usd: 0.5 });
  });

  test("releases the price of a refused click, and reserves it again for a retry", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", { status: 429 });
    const { servers } = await open(upstream, { perDay: toMicros(PRICE_USD) });
    const [services] = servers;
    if (!services) throw new Error("no server");
    const sum = () => sumOfDay(services.db.query, { day: dayOf(services.now()) });

    const click = makeClick();
    await submitClick(services, click);
    expect(await sum()).toBe(0);

    const other = makeClick();
    upstream.answer("submit", {
      status: 200,
      body: { request_id: crypto.randomUUID() },
    });
    await submitClick(services, other);
    expect(await sum()).toBe(toMicros(PRICE_USD));
    await expect(submitClick(services, click)).rejects.toMatchObject({ code: "over_budget" });
    expect((await requireClick(services, click)).state.status).toBe("refused");
    expect(upstream.calls("submit")).toHaveLength(2);
  });

  test("counts a click against the day on which it is sent", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", { status: 429 });
    const { servers, clock } = await open(upstream, { perDay: toMicros(2 * PRICE_USD) });
    const [services] = servers;
    if (!services) throw new Error("no server");
    const refused = Array.from({ length: 4 }, () => makeClick());
    for (const click of refused) await submitClick(services, click);

    clock.now += 12 * 60 * 60_000;
    upstream.answer("submit", (_, response) => {
      response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const outcomes = await Promise.allSettled(refused.map((click) => submitClick(services, click)));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(upstream.calls("submit")).toHaveLength(4 + 2);
    expect(await sumOfDay(services.db.query, { day: "2026-03-02" })).toBe(toMicros(2 * PRICE_USD));
    expect(await sumOfDay(services.db.query, { day: "2026-03-01" })).toBe(0);
  });

  test("still counts and lists what was deleted", async () => {
    const upstream = await startLocalUpstream();
    const { servers } = await open(upstream, {});
    const [services] = servers;
    if (!services) throw new Error("no server");
    const { id } = await submitAndFind(services, makeClick({ prompt: '=1+1, "so"' }));

    expect(await listEntries(services.db, "ann", { limit: 10 })).toMatchObject([
      { id, usd: 0.5, status: "reserved", payer: "server", run: { prompt: '=1+1, "so"' } },
    ]);
    const csv = (await Array.fromAsync(toCsv(readAllEntries(services.db, "ann")))).join("");
    expect(csv.split("\r\n")[1]).toMatch(/"reserved","server",".*","'=1\+1, ""so"""$/);

    await services.db.query.deleteFrom("generations").where("id", "=", id).execute();
    expect(await listEntries(services.db, "ann", { limit: 10 })).toMatchObject([{ id, usd: 0.5 }]);
    expect(await listEntries(services.db, "bob", { limit: 10 })).toEqual([]);
  });

  test("is listed by the day, with each day's total, and what was not charged is nothing", async () => {
    const upstream = await startScriptedUpstream();
    const { servers, clock } = await open(upstream, {});
    const [services] = servers;
    if (!services) throw new Error("no server");
    const first = await addGeneration(services, [{ type: "accepted", requestId: "r1" }]);
    await changeOwnWords(services, "ann", first, { title: "Lift-off <1>" });
    await updatePicture(services.db, first, { width: 3, height: 2 }, clock.now);
    clock.now += 24 * 60 * 60_000;
    const problem = { code: "not_sent", charged: "no" } as const;
    await addGeneration(services, [{ type: "refused", problem }]);
    await addGeneration(services, [
      { type: "accepted", requestId: "r2" },
      { type: "failed", problem: { code: "generation_failed", charged: "no" } },
    ]);
    await addGeneration(services, [{ type: "accepted", requestId: "r3" }], { owner: "bob" });

    const entries = await listEntries(services.db, "ann", { limit: 10 });
    const days = ["2026-03-01", "2026-03-02"];
    const totals = await sumDays(services.db, "ann", days);
    expect([...totals]).toEqual([["2026-03-01", PRICE_USD]]);
    const setting = { nonce: "n", messages: messagesOf("en") };
    const today = await readToday(services, "ann");
    const html = String(await ledgerPage({ today, entries, totals, isMore: false }, setting));
    const text = html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    expect(text).toContain("March 2, 2026 (UTC) $0.00 the day in all");
    expect(text).toContain("March 1, 2026 (UTC) $0.50 the day in all");
    expect(text).toContain("$0.00 not charged: it did not run");
    expect(text).toContain("$0.00 not charged, says fal");
    expect(text).toContain("$0.50 held while it is made Lift-off &lt;1&gt;");
    expect(html).toContain(
      `<a class="film" href="/?video=${first}"><img src="/media/${first}/thumb`,
    );
    expect(html.match(/<img /g)).toHaveLength(1);
  });
});
