import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createFalClient } from "@fal-ai/client";
import { expect, test } from "vitest";
import type { Clock } from "../../lib/local-fal/clock.ts";
import { openTokens } from "../../lib/local-fal/tokens.ts";
import {
  type Connection,
  makeDirectory,
  renderAtOnce,
  startFal,
  textToVideo,
  withKey,
} from "./support.ts";

const tokensUrl = "https://rest.fal.ai/tokens/";
const queueUrl = `https://queue.fal.run/${textToVideo}`;

test("gives a token that opens the status of the app that it names", async () => {
  const { fal, requestId } = await startWithRequest();
  const token = await getToken(fal);
  expect(await readStatus(fal, requestId, token)).toBe(200);
});

test("streams the status to a page that has a proxy for its tokens and no key", async () => {
  const { fal, requestId } = await startWithRequest();
  const asked: string[] = [];
  const page = createFalClient({
    fetch: (url, init) => {
      asked.push(String(url));
      return String(url) === tokensUrl
        ? fal.call(tokensUrl, { ...init, headers: withKey })
        : fetch(String(url).replace("https://", `${fal.origin}/`), init);
    },
  });
  const stream = await page.queue.streamStatus(textToVideo, {
    requestId,
    connectionMode: "client",
  });
  expect(await stream.done()).toMatchObject({ status: "COMPLETED", request_id: requestId });
  expect(asked[1]).toContain("/status/stream?");
});

test("runs a model for a caller with a token in place of a key", async () => {
  const fal = await startFal({ render: renderAtOnce });
  const run = (token: string) =>
    fetch(`${fal.origin}/fal.run/${textToVideo}?fal_jwt_token=${token}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompt: "x" }),
    });
  expect((await run(await getToken(fal))).status).toBe(200);
  expect((await run("none")).status).toBe(401);
});

test("lets a page of another origin open a stream", async () => {
  const { origin } = await startFal();
  const preflight = await fetch(`${origin}/queue.fal.run/${textToVideo}/requests/1/status/stream`, {
    method: "OPTIONS",
    headers: {
      origin: "https://studio.example",
      "access-control-request-method": "GET",
      "access-control-request-headers": "content-type",
    },
  });
  expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([
    204,
    "*",
  ]);
  expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
});

test.each([
  [["minimax-video"], 200],
  [["fal-ai/minimax-video"], 200],
  [["fal-ai/minimax-video/image-to-video"], 200],
  [["other", "minimax-video"], 200],
  [["minimax"], 401],
  [["other/minimax-video"], 401],
])("answers a token for %j with %i", async (apps, status) => {
  const { fal, requestId } = await startWithRequest();
  expect(await readStatus(fal, requestId, await getToken(fal, apps))).toBe(status);
});

test("refuses a token when its time is over", async () => {
  let time = Date.parse("2026-11-22T12:00:00Z");
  const clock: Clock = { now: () => new Date(time), after: () => () => {} };
  const { fal, requestId } = await startWithRequest({ clock });
  const token = await getToken(fal);
  time += 119_000;
  expect(await readStatus(fal, requestId, token)).toBe(200);
  time += 1000;
  expect(await readStatus(fal, requestId, token)).toBe(401);
});

test("refuses a token that was changed", async () => {
  const { fal, requestId } = await startWithRequest();
  const [header, , signature] = (await getToken(fal)).split(".");
  const claims = Buffer.from('{"exp":9999999999,"allowed_apps":["minimax-video"]}');
  const forged = `${header}.${claims.toString("base64url")}.${signature}`;
  expect(await readStatus(fal, requestId, forged)).toBe(401);
  expect(await readStatus(fal, requestId, "nonsense")).toBe(401);
});

test("accepts no token instead of a key for a submit or a cancel", async () => {
  const { fal, requestId } = await startWithRequest();
  const query = `fal_jwt_token=${await getToken(fal)}`;
  const submit = await fal.call(`${queueUrl}?${query}`, {
    method: "POST",
    headers: {},
    body: "{}",
  });
  const cancel = await fal.call(`${queueUrl}/requests/${requestId}/cancel?${query}`, {
    method: "PUT",
    headers: {},
  });
  expect([submit.status, cancel.status]).toEqual([401, 401]);
});

test("gives tokens only to callers with a key", async () => {
  const { call } = await startFal();
  const body = JSON.stringify({ allowed_apps: ["minimax-video"] });
  expect((await call(tokensUrl, { method: "POST", headers: {}, body })).status).toBe(401);
});

test.each(["{}", '{"allowed_apps":[]}', '{"allowed_apps":["x"],"token_expiration":0}', "nonsense"])(
  "refuses to make a token of %s",
  async (body) => {
    const { call } = await startFal();
    expect((await call(tokensUrl, { method: "POST", body })).status).toBe(422);
  },
);

test("keeps its secret private, and after a restart", async () => {
  const directory = await makeDirectory();
  const now = () => new Date();
  const token = (await openTokens(directory, now)).issueForApps(["minimax"], 60);
  const again = await openTokens(directory, now);
  expect(again.verifyToken(token, "fal-ai/minimax/video-01")).toBe(true);
  const path = join(directory, "token-secret");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(token).not.toContain(await readFile(path, "utf8"));
});

test("does not accept a token for an app as a token for files", async () => {
  const tokens = await openTokens(await makeDirectory(), () => new Date());
  expect(tokens.verifyFileToken(tokens.issueForFiles(60))).toBe(true);
  expect(tokens.verifyFileToken(tokens.issueForApps(["minimax"], 60))).toBe(false);
  expect(tokens.verifyToken(tokens.issueForFiles(60), "fal-ai/minimax")).toBe(false);
});

async function startWithRequest(options: { clock?: Clock } = {}) {
  const fal = await startFal({ render: renderAtOnce, ...options });
  const { request_id: requestId } = await fal.client.queue.submit(textToVideo, {
    input: { prompt: "x" },
  });
  await fal.client.queue.subscribeToStatus(textToVideo, { requestId, pollInterval: 20 });
  return { fal, requestId };
}

async function getToken({ call }: Pick<Connection, "call">, apps = ["minimax-video"]) {
  const body = JSON.stringify({ allowed_apps: apps, token_expiration: 120 });
  return (await call(tokensUrl, { method: "POST", body })).json() as Promise<string>;
}

async function readStatus({ origin }: Connection, requestId: string, token: string) {
  const path = `queue.fal.run/${textToVideo}/requests/${requestId}/status`;
  return (await fetch(`${origin}/${path}?fal_jwt_token=${encodeURIComponent(token)}`)).status;
}
