import type { IncomingMessage } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { openDatabase } from "@/lib/server/database/open";
import { countUpload } from "@/lib/server/gate/count-upload";
import { consumePoint, openRates, returnPoint } from "@/lib/server/gate/rates";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { CALLER } from "@/lib/server/http/own-headers";
import { oncePerProcess } from "@/lib/server/process/once-per-process";
import {
  followRevocations,
  isRevoked,
  revokeSession,
} from "@/lib/server/sessions/revoked-sessions";
import { hashPassword, isPassword } from "@/lib/server/shares/password";
import { unlock } from "@/lib/server/shares/unlock";
import { isNewVisitor, isPerson } from "@/lib/server/shares/visitor";
import { toMicros } from "@/lib/server/spend/budget";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  databaseKinds,
  makeClick,
  makeDatabaseUrl,
  makeFolder,
  openServer,
  openTestServices,
  PRICE_USD,
} from "../generations/support";

describe.each(databaseKinds)("limits on %s", (kind) => {
  test("compare only a few of three hundred simultaneous guesses at a link", async () => {
    const { services } = await openServer(kind, { base: "http://127.0.0.1:9" });
    const share = {
      ...{ slug: "slug", generationId: "id", owner: "ann", createdAt: 0, views: 0, reports: 0 },
      ...{ hidePrompt: false, allowDownload: true, password: await hashPassword("right") },
    };
    const guesses = Array.from({ length: 300 }, (_, n) => (n === 200 ? "right" : `wrong ${n}`));

    const outcomes = await Promise.allSettled(
      guesses.map((guess) => unlock(services, share, guess, false)),
    );

    const compared = outcomes.filter(({ status }) => status === "fulfilled");
    expect(compared).toHaveLength(10);
    expect(compared).not.toContainEqual({ status: "fulfilled", value: expect.any(String) });
  });

  test("return the point of a correct password", async () => {
    const { services } = await openServer(kind, { base: "http://127.0.0.1:9" });
    const password = await hashPassword("right");
    const share = {
      ...{ slug: "slug", generationId: "id", owner: "ann", createdAt: 0, views: 0, reports: 0 },
      ...{ hidePrompt: false, allowDownload: true, password },
    };
    for (let time = 0; time < 12; time++)
      expect(await unlock(services, share, "right", false)).toBeDefined();
  });

  test("do not count a guess that was refused", async () => {
    const { services } = await openServer(kind, { base: "http://127.0.0.1:9" });
    const password = await hashPassword("right");
    const share = (slug: string) => ({
      ...{ slug, generationId: "id", owner: "ann", createdAt: 0, views: 0, reports: 0 },
      ...{ hidePrompt: false, allowDownload: true, password },
    });
    const crowd = Array.from({ length: 60 }, (_, n) =>
      unlock(services, share(`other ${n}`), "wrong", false),
    );
    const own = Array.from({ length: 10 }, () => unlock(services, share("own"), "right", false));
    const outcomes = await Promise.allSettled([...crowd, ...own]);
    expect(outcomes).toContainEqual({
      status: "rejected",
      reason: expect.objectContaining({ code: "server_busy" }),
    });

    expect(await unlock(services, share("own"), "right", false)).toBeDefined();
  });

  test("apply a sign-out to all servers, even from one with a slow clock", async () => {
    const { services } = await openServer(kind, { base: "http://127.0.0.1:9" });
    vi.useFakeTimers({ toFake: ["setInterval", "Date"] });
    await followRevocations(services.db);

    vi.setSystemTime(Date.now() - 60 * 60_000);
    await revokeSession(services.db, `slow ${kind}`);
    // As on another server, which can only learn it from the database.
    oncePerProcess("revoked-sessions", () => ({ revoked: new Set<string>() }))().revoked.delete(
      `slow ${kind}`,
    );
    vi.setSystemTime(Date.now() + 60 * 60_000);
    await vi.advanceTimersByTimeAsync(6_000);

    await vi.waitFor(() => expect(isRevoked(`slow ${kind}`)).toBe(true));
    vi.useRealTimers();
  });

  test("give many owners of one network the budget of three", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", (_, response) => {
      response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const clock = { now: Date.now() };
    const place = { url: await makeDatabaseUrl(kind), mediaFolder: await makeFolder(), clock };
    const budget = { perDay: toMicros(20), perOwnerPerDay: toMicros(PRICE_USD) };
    const services = await openTestServices(upstream, { ...place, budget });

    const clicks = Array.from({ length: 40 }, (_, n) => ({
      ...makeClick({ owner: `stranger ${n}` }),
      network: "one-network",
    }));
    const outcomes = await Promise.allSettled(clicks.map((click) => submitClick(services, click)));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(upstream.calls("submit")).toHaveLength(3);
    const neighbour = { ...makeClick({ owner: "neighbour" }), network: "another-network" };
    expect((await submitClick(services, neighbour)).status).toBe(200);
  });

  test("require a place in line for a run without a price", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", (_, response) => {
      response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const { services } = await openServer(kind, upstream);
    services.budget = { waitingPerOwner: 2 };
    const click = (owner: string) =>
      submitClick(services, { ...makeClick({ owner }), usd: 0, network: "one-network" });

    for (const owner of ["ann", "ann", "bob", "bob", "cid", "cid"]) await click(owner);

    await expect(click("ann")).rejects.toMatchObject({ code: "line_full" });
    await expect(click("dan")).rejects.toMatchObject({ code: "line_full" });
    expect(upstream.calls("submit")).toHaveLength(6);
  });

  test("bound the line even for owners whose network is unknown", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", (_, response) => {
      response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const { services } = await openServer(kind, upstream);
    services.budget = { waitingPerOwner: 1 };
    const click = (owner: string) => submitClick(services, { ...makeClick({ owner }), usd: 0 });

    for (let owner = 0; owner < 25; owner++) await click(`owner ${owner}`);

    await expect(click("one more")).rejects.toMatchObject({ code: "line_full" });
    expect(upstream.calls("submit")).toHaveLength(25);
  });

  test("simultaneous clicks get no more places in line than successive clicks", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", (_, response) => {
      response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const { services } = await openServer(kind, upstream);
    services.budget = { waitingPerOwner: 2 };

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        submitClick(services, { ...makeClick({ owner: "ann" }), usd: 0 }),
      ),
    );

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(upstream.calls("submit")).toHaveLength(2);
  });

  test("a free click that was refused needs a place in line to be sent again", async () => {
    const upstream = await startScriptedUpstream();
    let isBusy = true;
    upstream.answer("submit", (_, response) => {
      if (isBusy) response.writeHead(429).end("{}");
      else response.end(JSON.stringify({ request_id: crypto.randomUUID() }));
    });
    const { services } = await openServer(kind, upstream);
    services.budget = { waitingPerOwner: 2 };
    const clicks = Array.from({ length: 4 }, () => ({ ...makeClick({ owner: "ann" }), usd: 0 }));
    for (const click of clicks) expect((await submitClick(services, click)).status).toBe(429);

    isBusy = false;
    const outcomes = await Promise.allSettled(clicks.map((click) => submitClick(services, click)));

    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject(Array(2).fill({ reason: { code: "line_full" } }));
    expect(upstream.calls("submit")).toHaveLength(4 + 2);
  });

  test("limit the uploads of all owners together if no network tells them apart", async () => {
    const { services } = await openServer(kind, { base: "http://127.0.0.1:9" });
    const rates = openRates(services.db, { startsPerMinute: 1, uploadMbPerDay: 2 });
    const upload = (owner: string, bytes: number) =>
      countUpload({ rates }, new Request("http://localhost/"), { owner, bytes });

    for (let owner = 0; owner < 25; owner++) await upload(`owner ${owner}`, 2 * 1024 ** 2);

    await expect(upload("owner 0", 1)).rejects.toMatchObject({ code: "too_many_uploads" });
    await expect(upload("one more", 1)).rejects.toMatchObject({ code: "too_many_uploads" });
  });

  test("count one view and one report per visitor, link and period", async () => {
    const { services } = await openServer(kind, { base: "http://127.0.0.1:9" });
    const asks = (agent: string, network = "203.0.113.7") =>
      new Request("http://localhost/v/a", { headers: { "user-agent": agent, [CALLER]: network } });
    const isNew = (request: Request, slug = "a") => isNewVisitor(services, "views", request, slug);

    const many = await Promise.all(Array.from({ length: 30 }, () => isNew(asks("Firefox"))));
    expect(many.filter(Boolean)).toHaveLength(1);
    expect(await isNew(asks("Chrome"))).toBe(true);
    expect(await isNew(asks("Firefox", "203.0.113.8"))).toBe(true);
    expect(await isNew(asks("Firefox"), "b")).toBe(true);

    const keys = await services.db.query.selectFrom("rates").select("key").execute();
    expect(JSON.stringify(keys)).not.toMatch(/203\.0\.113|Firefox/);
  });
});

test("returns a single point without returning the whole limit", async () => {
  const db = await openDatabase(await makeDatabaseUrl("sqlite"));
  const rates = openRates(db, { startsPerMinute: 1, uploadMbPerDay: 5 });
  await consumePoint({ rates }, "uploads", "ann", 4);
  await expect(consumePoint({ rates }, "uploads", "ann", 4)).rejects.toMatchObject({
    code: "too_many_uploads",
  });
  await returnPoint({ rates }, "guesses", "everybody");
  await db.close();
});

test.each([
  ["a browser", { "user-agent": "Mozilla/5.0 Firefox/150.0" }, true],
  ["a robot", { "user-agent": "Googlebot/2.1" }, false],
  ["a robot without a name", {}, false],
  ["a browser that fetches ahead", { "user-agent": "Firefox", "sec-purpose": "prefetch" }, false],
  ["an earlier one that does", { "user-agent": "Firefox", "x-moz": "prefetch" }, false],
])("tells whether %s is a person", (_, headers, is) => {
  expect(isPerson(new Request("http://localhost/", { headers: headers as HeadersInit }))).toBe(is);
});

test.each([
  ["a stranger's address", "203.0.113.200", undefined, "false", undefined],
  ["a public address", "8.8.4.4", undefined, "false", "8.8.4.4"],
  ["a public address that claims another", "8.8.4.4", "1.1.1.1", "false", "8.8.4.4"],
  ["this machine", "127.0.0.1", undefined, "false", undefined],
  ["a proxy on a private network", "10.0.0.7", "1.1.1.1", "false", undefined],
  ["what a trusted proxy saw last", "127.0.0.1", "9.9.9.9, 1.1.1.1", "true", "1.1.1.1"],
  ["an IPv6 network", "2a00:1450:4001:80b::200e", undefined, "false", "2a00:1450:4001:80b::/64"],
])("names the network of %s", async (_, remoteAddress, forwarded, trust, network) => {
  vi.stubEnv("TRUST_PROXY", trust);
  vi.resetModules();
  const { nameCaller: name } = await import("@/lib/server/requests/caller");
  const headers: Record<string, string> = { [CALLER]: "made up" };
  if (forwarded) headers["x-forwarded-for"] = forwarded;
  const request = { headers, rawHeaders: [CALLER, "made up"], socket: { remoteAddress } };

  name(request as unknown as IncomingMessage);

  expect(request.headers[CALLER]).toBe(network);
  expect(request.rawHeaders.includes("made up")).toBe(false);
});

test("opens a value that any secret in the list has sealed", async () => {
  const [first, second, third] = ["a", "b", "c"].map((letter) => letter.repeat(40));
  const withSecrets = async (...secrets: (string | undefined)[]) => {
    vi.stubEnv("SESSION_SECRET", secrets.join(","));
    vi.resetModules();
    return import("@/lib/server/secrets/seal");
  };
  const sealed = await (await withSecrets(first)).seal({ owner: "ann" }, 60);

  for (const secrets of [[second, first], [third, second, first], [first]])
    expect(await (await withSecrets(...secrets)).unseal(sealed, 60)).toEqual({ owner: "ann" });
  expect(await (await withSecrets(second, third)).unseal(sealed, 60)).toBeUndefined();
});

test("hashes two passwords at a time, and refuses when too many wait", async () => {
  const stored = await hashPassword("right");
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, () => isPassword("right", stored)),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2 + 16);
  expect(outcomes).toContainEqual({
    status: "rejected",
    reason: expect.objectContaining({ code: "server_busy" }),
  });
});
