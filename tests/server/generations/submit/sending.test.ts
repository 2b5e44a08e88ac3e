import { createServer, type Server } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { LEASE_MS } from "@/lib/server/generations/records/leases";
import { sendRecorded, submitClick } from "@/lib/server/generations/submit/submit";
import { dayOf, toMicros } from "@/lib/server/spend/budget";
import { sumOfDay } from "@/lib/server/spend/ledger";
import { findFreePort } from "../../../ports";
import { completed, startScriptedUpstream } from "../scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  openServer,
  PRICE_USD,
  requireClick,
  requireRecord,
} from "../support";

describe.each(databaseKinds)("a click that can't reach the upstream on %s", (kind) => {
  test.each([
    ["no server listens", async () => `http://127.0.0.1:${await findFreePort()}`],
    [
      "no server listens on any of its addresses",
      async () => `http://localhost:${await findFreePort()}`,
    ],
    ["the host is unknown", async () => "http://upstream.invalid"],
    ["the server speaks no TLS", async () => `https://127.0.0.1:${await listen("plain")}`],
    ["the handshake of TLS is torn", async () => `https://127.0.0.1:${await listen("torn")}`],
  ])("because %s is refused, and costs nothing", async (_, open) => {
    const { services } = await openServer(kind, { base: await open() });
    const click = makeClick();

    await expect(submitClick(services, click)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });

    const { state } = await requireClick(services, click);
    expect(state).toMatchObject({
      status: "refused",
      problem: { code: "upstream_unavailable", charged: "no" },
    });
    expect(await sumOfDay(services.db.query, { day: dayOf(services.now()) })).toBe(0);
  });

  test("because the connection breaks after its first byte was sent is unconfirmed", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", "torn");
    const { services } = await openServer(kind, upstream);
    const click = makeClick();

    await expect(submitClick(services, click)).rejects.toMatchObject({ code: "unconfirmed" });

    expect((await requireClick(services, click)).state.status).toBe("unconfirmed");
  });
});

describe.each(databaseKinds)("a click whose server died before it was sent, on %s", (kind) => {
  test("is sent once, by the server that takes over", async () => {
    const upstream = await startScriptedUpstream();
    const { services, watcher, clock, openAnother } = await openServer(kind, upstream);
    const other = await openAnother();
    const id = await addGeneration(services, [], { leaseUntil: clock.now + LEASE_MS });

    expect(await watcher.turn()).toBe(0);
    clock.now += LEASE_MS;
    await Promise.all([watcher.turn(), other.watcher.turn()]);

    expect(upstream.calls("submit").map(({ body }) => body.toString())).toEqual([
      '{"prompt":"a rocket"}',
    ]);
    expect((await requireRecord(services, id)).state.status).toBe("queued");
  });

  test("answers a browser that retries with the run that was sent for it", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", { body: { request_id: "request-1" } });
    const { services, watcher, clock } = await openServer(kind, upstream);
    const click = makeClick();
    await submitClick(services, click);
    await forgetSending(services, (await requireClick(services, click)).id);

    clock.now += LEASE_MS;
    const again = submitClick(services, click);
    await watcher.turn();

    expect(await (await again).json()).toMatchObject({ request_id: "request-1" });
  });

  test("counts against the budget of the day on which it is sent", async () => {
    const upstream = await startScriptedUpstream();
    const { services, watcher, clock } = await openServer(kind, upstream);
    clock.now = Date.parse("2026-03-01T23:59:59Z");
    const [first, second] = [await addGeneration(services), await addGeneration(services)];
    services.budget = { perDay: toMicros(PRICE_USD) };

    clock.now += 60_000;
    await watcher.turn();

    const states = [await requireRecord(services, first), await requireRecord(services, second)];
    expect(states.map(({ state }) => state.status).toSorted()).toEqual(["queued", "refused"]);
    expect(upstream.calls("submit")).toHaveLength(1);
    expect(await sumOfDay(services.db.query, { day: "2026-03-02" })).toBe(toMicros(PRICE_USD));
  });

  test("is sent by only one of many attempts", async () => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);
    const id = await addGeneration(services, [], { holder: services.serverId });
    const record = await requireRecord(services, id);

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => sendRecorded(services, record)),
    );

    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
    expect(upstream.calls("submit")).toHaveLength(1);
  });
});

describe.each(databaseKinds)("a run that was cancelled on %s", (kind) => {
  test.each([
    ["may have cost its price", {}, "unknown", PRICE_USD],
    ["costs nothing if fal says so", { "x-fal-billable-units": "0" }, "no", 0],
  ])("%s", async (_, headers: Record<string, string>, charged, usd) => {
    const upstream = await startScriptedUpstream();
    const { services, watcher, clock } = await openServer(kind, upstream);
    const click = makeClick();
    await submitClick(services, click);
    const { id } = await requireClick(services, click);

    upstream.answer("status", completed);
    const body = { detail: "cancelled", error_type: "client_cancelled" };
    upstream.answer("result", { status: 499, headers, body });
    clock.now += 2_000;
    await watcher.turn();

    expect((await requireRecord(services, id)).state).toMatchObject({
      status: "cancelled",
      charged,
    });
    expect(await sumOfDay(services.db.query, { day: dayOf(clock.now) })).toBe(toMicros(usd));
  });
});

describe.each(databaseKinds)("a refusal by fal on %s", (kind) => {
  test("reaches the owner in fal's own words, without secrets", async () => {
    const upstream = await startScriptedUpstream();
    const detail =
      "The picture at https://v3.fal.media/files/a.png?signature=abc\nis too dark, says Key a:b";
    upstream.answer("submit", { status: 400, body: { detail } });
    const { services } = await openServer(kind, upstream);
    const click = makeClick();

    await submitClick(services, click);

    expect((await requireClick(services, click)).state).toMatchObject({
      status: "refused",
      problem: {
        code: "input_refused",
        charged: "no",
        detail: "The picture at https://v3.fal.media/files/a.png is too dark, says Key …",
      },
    });
  });
});

/** Leaves the record as a server that died between recording and sending. */
async function forgetSending({ db }: Parameters<typeof submitClick>[0], id: string) {
  await db.query
    .updateTable("generations")
    .set({
      state: '{"status":"submitting"}',
      request_id: null,
      outgoing: '{"sent":"{}","origin":"http://localhost:3000"}',
      sender: null,
      sending_at: null,
      check_at: 0,
      lease_holder: "dead",
      lease_until: 0,
    })
    .where("id", "=", id)
    .execute();
}

/** Starts a server that does not speak TLS: it answers in plain text, or closes the connection on the first byte. */
async function listen(manner: "plain" | "torn"): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      if (manner === "plain") socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      else socket.destroy();
    });
  });
  onTestFinished(() => void server.close());
  const port = await findFreePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return port;
}
