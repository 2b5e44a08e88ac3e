import { describe, expect, test } from "vitest";
import { openWebhookKeys, readWebhook } from "@/lib/server/upstream/webhook";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import { makeKey, type Signed } from "../generations/webhooks";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("a webhook", () => {
  test("that fal signed is read", async () => {
    const { key, read } = await openKeys();
    const content = { gateway_request_id: "gateway-1" };

    expect(await read(key.sign({ requestId: "request-1", at: NOW }))).toEqual({
      requestIds: ["request-1"],
    });
    expect(await read(key.sign({ requestId: "request-1", at: NOW, content }))).toEqual({
      requestIds: ["request-1", "gateway-1"],
    });
  });

  test.each([
    [-300, undefined],
    [300, undefined],
    [-301, 301],
    [301, -301],
    [-DAY_MS / 1000, DAY_MS / 1000],
  ])(
    "signed %i seconds from now is valid, and differs from the clock by %s",
    async (seconds, secondsOff) => {
      const { key, read } = await openKeys();
      const report = await read(key.sign({ at: NOW + seconds * 1_000 }));
      expect(report).toEqual({ requestIds: ["request-1"], ...(secondsOff && { secondsOff }) });
    },
  );

  test.each([
    "x-fal-webhook-request-id",
    "x-fal-webhook-user-id",
    "x-fal-webhook-timestamp",
    "x-fal-webhook-signature",
  ])("without %s, or with another one, is invalid", async (name) => {
    const { key, read } = await openKeys();
    const missing = key.sign({ at: NOW });
    missing.headers.delete(name);
    expect(await read(missing)).toBeUndefined();

    for (const value of ["", "x", "1", `${NOW / 1000 - 1}`, "0".repeat(128), "é"]) {
      const other = key.sign({ at: NOW });
      other.headers.set(name, value);
      expect(await read(other), value).toBeUndefined();
    }
  });

  test("with any byte of its body changed is invalid", async () => {
    const { key, read } = await openKeys();
    const { headers, body } = key.sign({ at: NOW });
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await read({ headers, body: changed })).toBeUndefined();
    }
  });

  test("with the signature of another is invalid", async () => {
    const { key, read } = await openKeys();
    const { headers } = key.sign({ at: NOW });
    const { body } = key.sign({ at: NOW, content: { status: "ERROR" } });
    expect(await read({ headers, body })).toBeUndefined();
  });

  test("signed with another key is invalid", async () => {
    const { read } = await openKeys();
    expect(await read(makeKey().sign({ at: NOW }))).toBeUndefined();
  });

  test("whose body names another request than its headers is invalid", async () => {
    const { key, read } = await openKeys();
    const content = { request_id: "request-2" };
    expect(await read(key.sign({ requestId: "request-1", at: NOW, content }))).toBeUndefined();
  });

  test.each([{ status: "DONE" }, { status: null }, { request_id: 7 }, { gateway_request_id: [] }])(
    "that says %j is invalid",
    async (content) => {
      const { key, read } = await openKeys();
      expect(await read(key.sign({ at: NOW, content }))).toBeUndefined();
    },
  );
});

describe("the keys of webhooks", () => {
  test("are fetched once a day, however many webhooks come", async () => {
    const { key, read, clock, upstream } = await openKeys();
    const readTen = () =>
      Promise.all(Array.from({ length: 10 }, () => read(key.sign({ at: clock.now }))));

    await readTen();
    clock.now += DAY_MS - 1;
    expect((await readTen()).every(Boolean)).toBe(true);
    expect(upstream.calls("keys")).toHaveLength(1);

    clock.now += 1;
    expect((await readTen()).every(Boolean)).toBe(true);
    expect(upstream.calls("keys")).toHaveLength(2);
  });

  test("are fetched again for a signature that none of them matches", async () => {
    const { key, read, clock, upstream } = await openKeys();
    await read(key.sign({ at: clock.now }));
    const next = makeKey();
    upstream.answer("keys", { body: { keys: [key.jwk, next.jwk] } });

    clock.now += MINUTE_MS;
    expect(await read(next.sign({ at: clock.now }))).toBeDefined();
    expect(await read(key.sign({ at: clock.now }))).toBeDefined();
    expect(upstream.calls("keys")).toHaveLength(2);
  });

  test("that were withdrawn are no longer accepted after a day", async () => {
    const { key, read, clock, upstream } = await openKeys();
    await read(key.sign({ at: clock.now }));
    upstream.answer("keys", { body: { keys: [makeKey().jwk] } });

    clock.now += DAY_MS;
    expect(await read(key.sign({ at: clock.now }))).toBeUndefined();
  });

  test("are asked for once a minute at most, however many forgeries come", async () => {
    const { read, clock, upstream } = await openKeys();
    const forger = makeKey();

    for (let second = 0; second < 120; second++) {
      expect(await read(forger.sign({ at: clock.now }))).toBeUndefined();
      clock.now += 1_000;
    }
    expect(upstream.calls("keys")).toHaveLength(2);
  });

  test("are asked for once a minute at most while their host is away", async () => {
    const { key, read, clock, upstream } = await openKeys();
    await read(key.sign({ at: clock.now }));
    upstream.answer("keys", { status: 503 });
    clock.now += MINUTE_MS;

    const forger = makeKey();
    for (let n = 0; n < 10; n++) await read(forger.sign({ at: clock.now })).catch(() => {});
    expect(upstream.calls("keys")).toHaveLength(2);
  });

  test("of other kinds are left out", async () => {
    const { key, read, upstream } = await openKeys();
    const rsa = { kty: "RSA", n: "AQAB", e: "AQAB", x: "nothing" };
    upstream.answer("keys", { body: { keys: [rsa, key.jwk] } });
    expect(await read(key.sign({ at: NOW }))).toBeDefined();
  });
});

async function openKeys() {
  const upstream = await startScriptedUpstream();
  const key = makeKey();
  upstream.answer("keys", { body: { keys: [key.jwk] } });
  const clock = { now: NOW };
  const webhookKeysUrl = `${upstream.base}/rest.fal.ai/.well-known/jwks.json`;
  const keys = openWebhookKeys(
    { kind: "compatible", authorization: "Key test:test", webhookKeysUrl },
    () => clock.now,
  );
  const read = async ({ headers, body }: Signed) => {
    const read = await readWebhook(headers, async () => body, { keys, now: clock.now });
    return "report" in read ? read.report : undefined;
  };
  return { upstream, key, clock, read };
}
