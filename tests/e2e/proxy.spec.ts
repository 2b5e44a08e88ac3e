import type { APIRequestContext } from "@playwright/test";
import { type AppServer, startAppServer } from "./app-server.ts";
import { expect, test } from "./fixtures.ts";
import {
  findDeadOrigin,
  type RecordingUpstream,
  startRecordingUpstream,
} from "./recording-upstream.ts";

const model = "fal-ai/minimax-video/image-to-video";
const requestId = "0199c2b4-7a51-7c3e-9d2f-3a5b8c1d4e6f";
const requestUrl = `https://queue.fal.run/fal-ai/minimax-video/requests/${requestId}`;
const submit = `https://queue.fal.run/${model}`;
const input = { prompt: "a", image_url: "https://v3.fal.media/files/b/0a1b2c3d/picture.png" };
const upload = { content_type: "image/png", file_name: "picture.png" };
const initiate = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3";

const refused: [what: string, method: string, target: string | undefined][] = [
  ["a call without a target", "POST", undefined],
  ["an empty target", "POST", ""],
  ["a target that is not a URL", "POST", "queue.fal.run"],
  ["a relative target", "POST", `/${model}`],

  ["a submit to another model", "POST", "https://queue.fal.run/fal-ai/flux-pro/v1.1-ultra"],
  ["a submit to a workflow", "POST", "https://queue.fal.run/workflows/someone/costly"],
  ["a submit to a path below the model", "POST", `${submit}/anything`],
  ["a submit to a path above the model", "POST", "https://queue.fal.run/fal-ai"],
  ["a submit with a trailing slash", "POST", `${submit}/`],
  ["a submit to the synchronous host", "POST", `https://fal.run/${model}`],
  ["a submit to the backup host", "POST", `https://queue.falrun.com/${model}`],
  ["a submit that names a webhook", "POST", `${submit}?fal_webhook=https%3A%2F%2Fevil.example%2F`],
  ["a submit with any other query", "POST", `${submit}?fal_max_queue_length=1`],
  ["a GET of the model", "GET", submit],
  ["a PUT to the model", "PUT", submit],

  ["plain http", "POST", `http://queue.fal.run/${model}`],
  ["another scheme", "POST", `ftp://queue.fal.run/${model}`],
  ["another port", "POST", `https://queue.fal.run:8443/${model}`],
  ["the usual port written out", "POST", `https://queue.fal.run:443/${model}`],
  ["a user name before the host", "POST", `https://key@queue.fal.run/${model}`],
  ["fal's host as a user name", "POST", `https://queue.fal.run@evil.example/${model}`],
  ["a host that begins as fal's", "POST", `https://queue.fal.run.evil.example/${model}`],
  ["a host that ends as fal's", "POST", `https://evilqueue.fal.run/${model}`],
  ["a host in capitals", "POST", `https://QUEUE.FAL.RUN/${model}`],
  ["a host with a final dot", "POST", `https://queue.fal.run./${model}`],
  ["the app's own address", "GET", "https://localhost/api/health"],
  ["an address of the machine's network", "GET", "https://169.254.169.254/latest/meta-data/"],
  ["a GET of another host", "GET", "https://example.com/"],
  ["a GET of fal's site", "GET", "https://fal.ai/dashboard/keys"],
  ["a GET of fal's platform", "GET", "https://api.fal.ai/v1/models/usage"],
  ["a GET of a stored file", "GET", "https://v3.fal.media/files/b/video.mp4"],

  ["a path with dots", "POST", `https://queue.fal.run/fal-ai/x/../minimax-video/image-to-video`],
  ["a path with encoded dots", "POST", `https://queue.fal.run/x/%2e%2e/${model}`],
  ["a path with a doubled slash", "POST", `https://queue.fal.run//${model}`],
  ["a path with a backslash", "POST", "https://queue.fal.run/fal-ai\\minimax-video/image-to-video"],
  [
    "a path with an encoded slash",
    "POST",
    "https://queue.fal.run/fal-ai%2Fminimax-video/image-to-video",
  ],
  ["a path in capitals", "POST", "https://queue.fal.run/FAL-AI/minimax-video/image-to-video"],
  ["a fragment", "POST", `${submit}#x`],
  ["two targets in one header", "POST", `${submit}, https://evil.example/`],

  [
    "the state of another app's request",
    "GET",
    `https://queue.fal.run/fal-ai/flux-pro/requests/${requestId}/status`,
  ],
  ["a status with a query of its own", "GET", `${requestUrl}/status?logs=1&x=1`],
  ["a status with a doubled query", "GET", `${requestUrl}/status?logs=1&logs=0`],
  ["a POST to a status", "POST", `${requestUrl}/status`],
  ["a DELETE of a request", "DELETE", requestUrl],
  ["a PATCH of a request", "PATCH", requestUrl],
  ["a list of requests", "GET", "https://queue.fal.run/fal-ai/minimax-video/requests"],
  [
    "a request id that climbs",
    "GET",
    "https://queue.fal.run/fal-ai/minimax-video/requests/..%2F..%2Fx/status",
  ],
  ["a result with a query", "GET", `${requestUrl}?logs=1`],
  ["a result with a trailing slash", "GET", `${requestUrl}/`],
  ["a cancel by GET", "GET", `${requestUrl}/cancel`],
  ["a cancel by POST", "POST", `${requestUrl}/cancel`],
  ["a cancel with a query", "PUT", `${requestUrl}/cancel?x=1`],

  ["a token", "POST", "https://rest.fal.ai/tokens/"],
  ["a storage token", "POST", "https://rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3"],
  [
    "an upload to other storage",
    "POST",
    "https://rest.fal.ai/storage/upload/initiate?storage_type=gcs",
  ],
  ["an upload that names no storage", "POST", "https://rest.fal.ai/storage/upload/initiate"],
  [
    "an upload in parts",
    "POST",
    "https://rest.fal.ai/storage/upload/initiate-multipart?storage_type=fal-cdn-v3",
  ],
  ["an upload's start by GET", "GET", initiate],
];

test.describe("with a key and an upstream", () => {
  // In order and in one worker, because the rows of the table use one app.
  test.describe.configure({ mode: "default" });

  let app: AppServer;
  let upstream: RecordingUpstream;

  test.beforeAll(async () => {
    upstream = await startRecordingUpstream();
    app = await startAppServer({
      FAL_UPSTREAM: upstream.origin,
      FAL_KEY: "test-key",
      ALLOW_PUBLIC: "true",
      BUDGET_USD_PER_DAY: "100",
    });
  });

  test.afterAll(async () => {
    await app.stop();
    await upstream[Symbol.asyncDispose]();
  });

  test.beforeEach(() => {
    upstream.calls.length = 0;
  });

  for (const [what, method, target] of refused) {
    test(`refuses ${what} before anything is sent upstream`, async ({ request }) => {
      const response = await callProxy(request, app, method, target);

      expect(response.status()).toBeGreaterThanOrEqual(400);
      expect(response.status()).toBeLessThan(500);
      expect(await response.json()).toEqual(
        expect.objectContaining({ detail: expect.stringMatching(/\w/) }),
      );
      expect(upstream.calls).toEqual([]);
    });
  }

  test("sends the server's key upstream, and no header of the browser", async ({ request }) => {
    await openPage(request, app);
    const { cookies } = await request.storageState();
    const own = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const response = await callProxy(request, app, "POST", submit, {
      authorization: "Bearer evil",
      cookie: `${own}; session=secret`,
      "x-fal-store-io": "0",
      "x-forwarded-for": "203.0.113.9",
    });

    expect(response.status()).toBe(200);
    const [call, ...others] = upstream.calls;
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      method: "POST",
      url: `/queue.fal.run/${model}`,
      headers: { authorization: "Key test-key" },
    });
    expect(JSON.parse(call?.body ?? "")).toEqual(input);
    expect(JSON.stringify(call?.headers)).not.toMatch(/evil|secret|203\.0\.113\.9/);
    expect(call?.headers).not.toHaveProperty("cookie");
    expect(call?.headers).not.toHaveProperty("x-fal-store-io");
  });

  test("keeps the server's key out of every answer", async ({ request }) => {
    await openPage(request, app);
    const answers = await Promise.all([
      callProxy(request, app, "POST", submit),
      callProxy(request, app, "POST", "https://evil.example/"),
      request.get(app.origin),
      request.get(`${app.origin}/api/health`),
    ]);
    for (const answer of answers) {
      expect(await answer.text()).not.toContain("test-key");
      expect(JSON.stringify(answer.headers())).not.toContain("test-key");
    }
  });
});

test("answers with a sentence when the upstream can't be reached", async ({
  request,
  startApp,
}) => {
  const app = await startApp({ FAL_UPSTREAM: await findDeadOrigin(), LOG_LEVEL: "silent" });
  await openPage(request, app);
  for (const target of [submit, initiate]) {
    const response = await callProxy(request, app, "POST", target);
    expect(response.status(), target).toBe(503);
    expect(await response.json()).toHaveProperty("detail", expect.stringMatching(/\w \w/));
  }
});

test('answers "not found" for a request of another browser', async ({ request, app, browser }) => {
  await openPage(request, app);
  const made = await callProxy(request, app, "POST", submit);
  const { request_id } = (await made.json()) as { request_id: string };
  const url = requestUrl.replace(requestId, request_id);
  const calls: [string, string][] = [
    ["GET", `${url}/status?logs=1`],
    ["GET", `${url}/status/stream`],
    ["GET", url],
    ["PUT", `${url}/cancel`],
  ];
  const stranger = await browser.newContext();
  for (const [method, target] of calls) {
    const response = await callProxy(stranger.request, app, method, target);
    expect(response.status(), `${method} ${target}`).toBe(404);
  }
  expect((await callProxy(request, app, "GET", `${url}/status?logs=1`)).ok()).toBe(true);
  await stranger.close();
});

/** Opening the page creates the session, without which every call is refused. */
async function openPage(request: APIRequestContext, app: AppServer) {
  await request.get(app.origin);
}

function callProxy(
  request: APIRequestContext,
  app: AppServer,
  method: string,
  target: string | undefined,
  headers: Record<string, string> = {},
) {
  return request.fetch(`${app.origin}/api/fal/proxy`, {
    method,
    headers: { ...(target === undefined ? {} : { "x-fal-target-url": target }), ...headers },
    ...(method === "POST" ? { data: target === initiate ? upload : input } : {}),
  });
}
