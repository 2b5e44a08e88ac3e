import { createHash, createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openLocalFal } from "../../lib/local-fal/index.ts";
import { toWebhookBody } from "../../lib/local-fal/webhook-message.ts";
import { makeClock } from "./clock.ts";
import {
  blockRenders,
  type Connection,
  imageToVideo,
  renderAtOnce,
  settle,
  startFal,
  textToVideo,
} from "./support.ts";

const jwksUrl = "https://rest.fal.ai/.well-known/jwks.json";
const MINUTE_MS = 60_000;

describe("a delivery", () => {
  test("carries the output of a request that succeeded", async () => {
    const receiver = await startReceiver();
    const fal = await startFal({ render: renderAtOnce, allowPrivateHosts: true });
    const id = await submit(fal, receiver.url);
    const [{ body, headers }] = await receiver.received(1);
    const { data } = await fal.client.queue.result(textToVideo, { requestId: id });
    expect(JSON.parse(body.toString())).toEqual({
      request_id: id,
      gateway_request_id: id,
      status: "OK",
      payload: data,
    });
    expect(headers["content-type"]).toBe("application/json");
  });

  test("carries the error of a request that failed", async () => {
    const receiver = await startReceiver();
    const fal = await startFal({ allowPrivateHosts: true });
    const { request_id: id } = await fal.client.queue.submit(imageToVideo, {
      input: { prompt: "x" },
      webhookUrl: receiver.url,
    });
    const [{ body }] = await receiver.received(1);
    expect(JSON.parse(body.toString())).toMatchObject({
      request_id: id,
      gateway_request_id: id,
      status: "ERROR",
      error: "Invalid status code: 422",
      payload: { detail: [{ type: "missing", loc: ["body", "image_url"] }] },
    });
  });

  test("reports a cancelled request, too", async () => {
    const receiver = await startReceiver();
    const fal = await startFal({ render: blockRenders().render, allowPrivateHosts: true });
    await submit(fal, receiver.url);
    const id = await submit(fal, receiver.url);
    await fal.client.queue.cancel(textToVideo, { requestId: id });
    const [{ body }] = await receiver.received(1);
    expect(JSON.parse(body.toString())).toMatchObject({
      request_id: id,
      status: "ERROR",
      error: "Invalid status code: 499",
      payload: { error_type: "client_cancelled" },
    });
  });

  test("carries payload_error instead of an output that can't be sent", () => {
    const file = { id: "a", prefix: "b", name: "output.mp4" };
    const body = toWebhookBody({
      id: "some-id",
      sequence: 1,
      endpoint: textToVideo,
      submittedAt: "2026-01-01T00:00:00.000Z",
      state: {
        status: "completed",
        completedAt: "2026-01-01T00:00:01.000Z",
        outcome: {
          kind: "ok",
          video: { file, type: "video/mp4", bytes: 1 },
          payloadError: "It can't be written as JSON",
        },
        logs: [],
      },
    });
    expect(JSON.parse(body)).toEqual({
      request_id: "some-id",
      gateway_request_id: "some-id",
      status: "OK",
      payload: null,
      payload_error: "It can't be written as JSON",
    });
  });

  test("names files under the address that the request was sent to", async () => {
    const receiver = await startReceiver();
    const { fal } = await startFal({ render: renderAtOnce, allowPrivateHosts: true });
    await fal.fetch(
      new Request(`http://inside/queue.fal.run/${textToVideo}?fal_webhook=${receiver.url}`, {
        method: "POST",
        headers: { authorization: "Key x", "x-fal-public-base": "http://localhost:3000/local-fal" },
        body: '{"prompt":"x"}',
      }),
    );
    const [{ body }] = await receiver.received(1);
    const { payload } = JSON.parse(body.toString());
    expect(payload.video.url).toMatch(/^http:\/\/localhost:3000\/local-fal\/v3b\.fal\.media\//);
  });
});

describe("the signature", () => {
  // Verifies a webhook as fal's documentation tells receivers to, without using the code that signs.
  function isSigned({ body, headers }: Received, jwks: { keys: { x: string }[] }): boolean {
    const header = (name: string) => String(headers[`x-fal-webhook-${name}`]);
    const digest = createHash("sha256").update(body).digest("hex");
    const lines = `${header("request-id")}\n${header("user-id")}\n${header("timestamp")}\n${digest}`;
    const signature = Buffer.from(header("signature"), "hex");
    expect(header("signature")).toMatch(/^[0-9a-f]{128}$/);
    return jwks.keys.some(({ x }) => {
      // RFC 8410: an Ed25519 key as SubjectPublicKeyInfo is this prefix and its 32 bytes.
      const raw = Buffer.from(x, "base64url");
      expect(raw.length).toBe(32);
      const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
      const key = createPublicKey({ key: der, format: "der", type: "spki" });
      return verify(null, Buffer.from(lines, "utf8"), key, signature);
    });
  }

  async function receiveOne(options: { start?: string } = {}) {
    const receiver = await startReceiver();
    const clock = makeClock(options.start);
    const fal = await startFal({ clock, render: renderAtOnce, allowPrivateHosts: true });
    const id = await submit(fal, receiver.url, "a lake, żółw, 🎬");
    const [received] = await receiver.received(1);
    const jwks = await (await fal.call(jwksUrl, { headers: {} })).json();
    return { id, received, jwks, fal };
  }

  test("is valid for the received bytes, with the public key", async () => {
    const { id, received, jwks } = await receiveOne({ start: "2026-03-04T05:06:07.890Z" });
    expect(received.headers["x-fal-webhook-request-id"]).toBe(id);
    expect(received.headers["x-fal-webhook-user-id"]).toMatch(/./);
    expect(received.headers["x-fal-webhook-timestamp"]).toBe(
      String(Math.floor(Date.parse("2026-03-04T05:06:07Z") / 1000)),
    );
    expect(isSigned(received, jwks)).toBe(true);
  });

  test.each(["request-id", "user-id", "timestamp"])("covers %s", async (name) => {
    const { received, jwks } = await receiveOne();
    const headers = { ...received.headers, [`x-fal-webhook-${name}`]: "1" };
    expect(isSigned({ ...received, headers }, jwks)).toBe(false);
  });

  test("covers every byte of the body", async () => {
    const { received, jwks } = await receiveOne();
    const body = Buffer.concat([received.body, Buffer.from(" ")]);
    expect(isSigned({ ...received, body }, jwks)).toBe(false);
  });

  test("is made with the same key after a restart", async () => {
    const { received, fal } = await receiveOne();
    await fal.fal.close();
    const second = await startFal({ dataDir: fal.dataDir });
    const jwks = await (await second.call(jwksUrl, { headers: {} })).json();
    expect(jwks).toEqual({
      keys: [{ kty: "OKP", crv: "Ed25519", x: expect.any(String), use: "sig", alg: "EdDSA" }],
    });
    expect(isSigned(received, jwks)).toBe(true);
  });
});

describe("a receiver", () => {
  test.each([200, 202, 204, 299])("has taken it when it answers %i", async (status) => {
    const { receiver, dataDir, id } = await deliverTo([status]);
    await untilDelivery(dataDir, id, "delivered");
    expect(receiver.count()).toBe(1);
  });

  test.each([400, 404, 429, 500, 503])(
    "is asked again, later and later, when it answers %i",
    async (status) => {
      const { receiver, clock, dataDir, id } = await deliverTo([status, status, 200]);
      await clock.untilDueIn(7000);
      clock.advance(7000);
      await receiver.received(2);
      await clock.untilDueIn(14_000);
      clock.advance(14_000);
      await receiver.received(3);
      await untilDelivery(dataDir, id, "delivered");
    },
  );

  test.each([301, 302, 307, 308])("loses it for good when it answers %i", async (status) => {
    const elsewhere = await startReceiver();
    const { receiver, dataDir, id } = await deliverTo([status], { location: elsewhere.url });
    const delivery = await untilDelivery(dataDir, id, "failed");
    expect(delivery).toMatchObject({ attempts: 1, problem: `It answered ${status}` });
    expect([receiver.count(), elsewhere.count()]).toEqual([1, 0]);
  });

  test("has 15 seconds for the first attempt and 120 for the second", async () => {
    const { receiver, clock } = await deliverTo(["never", "never"]);
    await clock.untilDueIn(15_000);
    clock.advance(15_000);
    await clock.untilDueIn(7000);
    clock.advance(7000);
    await receiver.received(2);
    await clock.untilDueIn(120_000);
    clock.advance(120_000);
    await clock.untilDueIn(14_000);
  });

  test("that hangs up is called again", async () => {
    const { receiver, clock } = await deliverTo(["hang up", 200]);
    await clock.untilDueIn(7000);
    clock.advance(7000);
    await receiver.received(2);
  });

  test("is called again 31 times and then no more", async () => {
    const { receiver, clock, dataDir, id } = await deliverTo(Array(32).fill(500));
    for (let retry = 1; retry <= 31; retry++) {
      await clock.untilDueIn(retry * 7000);
      clock.advance(retry * 7000);
      await receiver.received(retry + 1);
    }
    expect(await untilDelivery(dataDir, id, "failed")).toMatchObject({ attempts: 32 });
  });

  test("is not called again after the result has expired", async () => {
    const receiver = await startReceiver(Array(32).fill(500));
    const clock = makeClock();
    const fal = await startFal({ clock, allowPrivateHosts: true });
    // The error repeats the prompt, which makes it longer than 10 KB. Its result stays for six minutes.
    const id = await submit(fal, receiver.url, "x".repeat(10 * 1024));
    let retries = 0;
    for (let waited = 0; waited + (retries + 1) * 7000 < 6 * MINUTE_MS; ) {
      retries += 1;
      await clock.untilDueIn(retries * 7000);
      clock.advance(retries * 7000);
      waited += retries * 7000;
      await receiver.received(retries + 1);
    }
    await clock.untilDueIn((retries + 1) * 7000);
    clock.advance((retries + 1) * 7000);
    expect(await untilDelivery(fal.dataDir, id, "failed")).toMatchObject({
      problem: "The result has expired",
    });
    expect(receiver.count()).toBe(retries + 1);
  });
});

describe("a private address", () => {
  test.each(["http://127.0.0.1", "http://[::1]", "http://localhost", "http://169.254.169.254"])(
    "is never called: %s",
    async (origin) => {
      const receiver = await startReceiver();
      const { port } = new URL(receiver.url);
      const fal = await startFal({ render: renderAtOnce });
      const id = await submit(fal, `${origin}:${port}/hook`);
      expect(await untilDelivery(fal.dataDir, id, "failed")).toMatchObject({ attempts: 1 });
      expect(receiver.count()).toBe(0);
      expect((await settle(fal, id)).status).toBe(200);
    },
  );
});

describe("a restart", () => {
  test("continues the retries where they stopped", async () => {
    const { receiver, clock, dataDir, fal } = await deliverTo([500, 200]);
    await clock.untilDueIn(7000);
    await fal.close();
    clock.advance(3000);
    await openAgain(dataDir, clock);
    expect(receiver.count()).toBe(1);
    clock.advance(4000);
    await receiver.received(2);
  });

  test("repeats a delivery that was interrupted", async () => {
    const { receiver, clock, dataDir, fal } = await deliverTo(["never", 200]);
    await fal.close();
    await openAgain(dataDir, clock);
    await receiver.received(2);
  });

  test("does not repeat what was delivered", async () => {
    const { receiver, clock, dataDir, id, fal } = await deliverTo([200]);
    await untilDelivery(dataDir, id, "delivered");
    await fal.close();
    const again = await openAgain(dataDir, clock);
    await again.close();
    expect(receiver.count()).toBe(1);
  });
});

type Received = { headers: IncomingHttpHeaders; body: Buffer };
type Reaction = number | "never" | "hang up";

/** Starts an HTTP server that stores the raw bytes and reacts to each call as the test specifies. */
async function startReceiver(reactions: Reaction[] = [], headers: Record<string, string> = {}) {
  const calls: Received[] = [];
  let wake = () => {};
  const react = (reaction: Reaction, response: ServerResponse) => {
    if (reaction === "hang up") response.destroy();
    else if (reaction !== "never") response.writeHead(reaction, headers).end();
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    react(reactions[calls.length] ?? 200, response);
    calls.push({ headers: request.headers, body: Buffer.concat(chunks) });
    wake();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    count: () => calls.length,
    async received(count: number): Promise<[Received, ...Received[]]> {
      for (;;) {
        const [first, ...others] = calls;
        if (first && calls.length >= count) return [first, ...others];
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

async function deliverTo(reactions: Reaction[], headers: Record<string, string> = {}) {
  const receiver = await startReceiver(reactions, headers);
  const clock = makeClock();
  const started = await startFal({ clock, render: renderAtOnce, allowPrivateHosts: true });
  const id = await submit(started, receiver.url);
  await receiver.received(1);
  return { receiver, clock, id, fal: started.fal, dataDir: started.dataDir };
}

async function openAgain(dataDir: string, clock: ReturnType<typeof makeClock>) {
  const fal = await openLocalFal({ dataDir, clock, allowPrivateHosts: true });
  onTestFinished(() => fal.close());
  return fal;
}

async function submit({ client }: Pick<Connection, "client">, webhookUrl: string, prompt = "x") {
  const options = { input: { prompt }, webhookUrl };
  return (await client.queue.submit(textToVideo, options)).request_id;
}

/** Waits for a state that is only visible on disk. */
async function untilDelivery(dataDir: string, id: string, state: string) {
  const path = join(dataDir, "requests", id, "webhook.json");
  return expect
    .poll(async () => JSON.parse(await readFile(path, "utf8").catch(() => "{}")), { timeout: 5000 })
    .toMatchObject({ state })
    .then(async () => JSON.parse(await readFile(path, "utf8")));
}
