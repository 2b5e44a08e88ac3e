import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ApiError } from "@fal-ai/client";
import { describe, expect, test } from "vitest";
import { RequestError } from "../../lib/local-fal/request-error.ts";
import type { Render } from "../../lib/local-fal/run-job.ts";
import { makeClock } from "./clock.ts";
import {
  blockRenders,
  type Connection,
  renderAtOnce,
  settle,
  startFal,
  textToVideo,
  withKey,
} from "./support.ts";

const submitUrl = `https://queue.fal.run/${textToVideo}`;
const runUrl = `https://fal.run/${textToVideo}`;
const notFound = [404, { status: "NOT_FOUND" }];
const HOUR_MS = 60 * 60_000;

type Fal = Pick<Connection, "call" | "client">;

describe("priority", () => {
  test("runs normal requests before low ones, each in order of arrival", async () => {
    const hold = blockRenders();
    const fal = await startFal({ render: hold.render });
    await submit(fal, "running");
    const low = await submit(fal, "low 1", { "x-fal-queue-priority": "low" });
    await submit(fal, "low 2", { "x-fal-queue-priority": "low" });
    await submit(fal, "normal 1", { "x-fal-queue-priority": "normal" });
    await submit(fal, "normal 2");
    expect(await statusOf(fal, low)).toMatchObject({ queue_position: 3 });
    await hold.untilStarted(1);
    for (let count = 2; count <= 5; count++) {
      hold.releaseNext();
      await hold.untilStarted(count);
    }
    expect(hold.started).toEqual(["running", "normal 1", "normal 2", "low 1", "low 2"]);
  });

  test("survives a restart", async () => {
    const first = await startFal({ render: blockRenders().render });
    await submit(first, "running");
    await submit(first, "low", { "x-fal-queue-priority": "low" });
    await submit(first, "normal");
    await first.fal.close();

    const hold = blockRenders();
    await startFal({ dataDir: first.dataDir, render: hold.render });
    for (let count = 1; count <= 3; count++) {
      await hold.untilStarted(count);
      hold.releaseNext();
    }
    expect(hold.started).toEqual(["running", "normal", "low"]);
  });
});

describe("a seed", () => {
  test("differs from request to request, unless the input names one", async () => {
    const seeds: unknown[] = [];
    const render: Render = (job, options) => {
      seeds.push(job.seed);
      return renderAtOnce(job, options);
    };
    const fal = await startFal({ render });
    for (const seed of [undefined, undefined, 7]) {
      const input = { prompt: "the same", ...(seed && { seed }) };
      const { request_id } = await fal.client.queue.submit(textToVideo, { input });
      await settle(fal, request_id);
    }
    expect(new Set(seeds).size).toBe(3);
    expect(seeds).toEqual([expect.any(Number), expect.any(Number), 7]);
  });

  test.each([1.5, -1, "seven", true])("of %j is refused", async (seed) => {
    const fal = await startFal({ render: renderAtOnce });
    const input = { prompt: "x", seed };
    const { request_id } = await fal.client.queue.submit(textToVideo, { input });
    const answer = await settle(fal, request_id);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ detail: [{ loc: ["body", "seed"] }] });
  });
});

describe("a start timeout", () => {
  test("ends a request that waits too long with 504 and the user's timeout type", async () => {
    const clock = makeClock();
    const fal = await startFal({ clock, render: blockRenders().render });
    await submit(fal, "running");
    const id = await submit(fal, "late", { "x-fal-request-timeout": "30" });
    clock.advance(29_999);
    expect(await statusOf(fal, id)).toMatchObject({ status: "IN_QUEUE" });
    clock.advance(1);

    const result = await settle(fal, id);
    expect([result.status, await result.json()]).toEqual([
      504,
      { detail: expect.any(String), error_type: "request_timeout" },
    ]);
    expect(Object.fromEntries(result.headers)).toMatchObject({
      "x-fal-request-id": id,
      "x-fal-request-timeout-type": "user",
      "x-fal-error-type": "request_timeout",
      "x-fal-billable-units": "0",
      "x-fal-needs-retry": "1",
    });
    expect(await statusOf(fal, id)).toMatchObject({ error_type: "request_timeout" });
  });

  test("does not apply to a request that has started", async () => {
    const clock = makeClock();
    const hold = blockRenders();
    const fal = await startFal({ clock, render: hold.render });
    const id = await submit(fal, "x", { "x-fal-request-timeout": "30" });
    await hold.untilStarted(1);
    clock.advance(HOUR_MS);
    hold.releaseNext();
    expect((await settle(fal, id)).status).toBe(200);
  });

  test("survives a restart of the server", async () => {
    const clock = makeClock();
    const first = await startFal({ clock, render: blockRenders().render });
    await submit(first, "running");
    const id = await submit(first, "late", { "x-fal-request-timeout": "30" });
    await first.fal.close();
    clock.advance(20_000);

    const second = await startFal({ dataDir: first.dataDir, clock, render: blockRenders().render });
    expect(await statusOf(second, id)).toMatchObject({ status: "IN_QUEUE" });
    clock.advance(10_000);
    expect((await settle(second, id)).status).toBe(504);
  });

  test("is recognised by the client as the user's own", async () => {
    const clock = makeClock();
    const fal = await startFal({ clock, render: blockRenders().render });
    await submit(fal, "running");
    const { request_id: id } = await fal.client.queue.submit(textToVideo, {
      input: { prompt: "late" },
      startTimeout: 30,
    });
    clock.advance(30_000);
    await settle(fal, id);
    const error = await fal.client.queue
      .result(textToVideo, { requestId: id })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError<unknown>).isUserTimeout).toBe(true);
  });
});

describe("fal_max_queue_length", () => {
  test("refuses a request when more are waiting than it names", async () => {
    const fal = await startFal({ render: blockRenders().render });
    await submit(fal, "running");
    expect((await post(fal, `${submitUrl}?fal_max_queue_length=0`)).status).toBe(200);
    expect((await post(fal, `${submitUrl}?fal_max_queue_length=1`)).status).toBe(200);
    const refused = await post(fal, `${submitUrl}?fal_max_queue_length=1`);
    expect(refused.status).toBe(429);
    expect((await post(fal, `${submitUrl}?fal_max_queue_length=2`)).status).toBe(200);
  });
});

describe("a line that is full", () => {
  test.each([submitUrl, runUrl])(
    "refuses %s as fal does where too much runs at once",
    async (url) => {
      const hold = blockRenders();
      const fal = await startFal({ maxWaiting: 2, render: hold.render });
      await submit(fal, "running");
      const answers = await Promise.all([post(fal, submitUrl), post(fal, submitUrl)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);

      const refused = await post(fal, url);
      expect([refused.status, await refused.json()]).toEqual([
        429,
        { detail: expect.any(String), error_type: "concurrent_requests_limit" },
      ]);
      expect(refused.headers.get("x-fal-needs-retry")).toBe("1");

      await hold.untilStarted(1);
      hold.releaseNext();
      await hold.untilStarted(2);
      expect((await post(fal, submitUrl)).status).toBe(200);
    },
  );

  test("refuses further ones that arrive at the same time", async () => {
    const fal = await startFal({ maxWaiting: 3, render: blockRenders().render });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(fal, submitUrl)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
  });
});

test.each([
  ["x-fal-queue-priority", "high"],
  ["x-fal-request-timeout", "0.1"],
  ["x-fal-request-timeout", "soon"],
  ["x-fal-object-lifecycle-preference", "{"],
])("refuses %s: %s", async (name, value) => {
  const response = await post(await startFal(), submitUrl, { [name]: value });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error_type: "bad_request" },
  ]);
  expect(response.headers.get("x-fal-error-type")).toBe("bad_request");
});

test.each(["fal_max_queue_length=many", "fal_webhook=ftp://example.com", "fal_webhook=nowhere"])(
  "refuses ?%s",
  async (query) => {
    const response = await post(await startFal(), `${submitUrl}?${query}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error_type: "bad_request" },
    ]);
  },
);

describe("a runner that fails", () => {
  const failTimes = (times: number): { render: Render; attempts(): number } => {
    let attempts = 0;
    const render: Render = (job, options) => {
      attempts += 1;
      if (attempts > times) return renderAtOnce(job, options);
      return Promise.reject(new RequestError("runner_disconnected", "The runner went away"));
    };
    return { render, attempts: () => attempts };
  };

  test("is retried", async () => {
    const { render, attempts } = failTimes(9);
    const fal = await startFal({ render });
    expect((await settle(fal, await submit(fal, "x"))).status).toBe(200);
    expect(attempts()).toBe(10);
  });

  test("is given up after ten attempts", async () => {
    const { render, attempts } = failTimes(Number.POSITIVE_INFINITY);
    const fal = await startFal({ render });
    const result = await settle(fal, await submit(fal, "x"));
    expect([result.status, await result.json()]).toEqual([
      503,
      { detail: "The runner went away", error_type: "runner_disconnected" },
    ]);
    expect(result.headers.get("x-fal-needs-retry")).toBe("1");
    expect(attempts()).toBe(10);
  });

  test.each(["1", "true", "yes"])("is tried once with x-fal-no-retry: %s", async (value) => {
    const { render, attempts } = failTimes(1);
    const fal = await startFal({ render });
    const id = await submit(fal, "x", { "x-fal-no-retry": value });
    expect((await settle(fal, id)).status).toBe(503);
    expect(attempts()).toBe(1);
  });

  test("is not retried after the start timeout", async () => {
    const clock = makeClock();
    const fal = await startFal({
      clock,
      render: () => {
        clock.advance(20_000);
        return Promise.reject(new RequestError("runner_disconnected", "The runner went away"));
      },
    });
    const id = await submit(fal, "x", { "x-fal-request-timeout": "30" });
    const result = await settle(fal, id);
    expect(result.status).toBe(504);
    expect(result.headers.get("x-fal-request-timeout-type")).toBe("user");
  });
});

describe("fal.run", () => {
  test("answers with the output itself", async () => {
    const fal = await startFal({ render: renderAtOnce });
    const response = await post(fal, runUrl);
    const { video } = await response.json();
    expect(response.status).toBe(200);
    expect(response.headers.get("x-fal-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get("x-fal-billable-units")).toBe("1");
    expect(await (await fetch(video.url)).text()).toBe("video of x");
  });

  test("is the host that the client's run calls", async () => {
    const { client } = await startFal({ render: renderAtOnce });
    const { data, requestId } = await client.run(textToVideo, { input: { prompt: "x" } });
    expect(data).toMatchObject({ video: { content_type: "video/mp4" } });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("answers with the model's error", async () => {
    const fal = await startFal();
    const response = await fal.call(runUrl, { method: "POST", body: "{}", headers: withKey });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { detail: [{ type: "missing", loc: ["body", "prompt"] }] },
    ]);
    expect(response.headers.get("x-fal-billable-units")).toBe("0");
  });

  test("answers 504 when the run doesn't start in time", async () => {
    const clock = makeClock();
    const fal = await startFal({ clock, render: blockRenders().render });
    await submit(fal, "running");
    const answer = post(fal, runUrl, { "x-fal-request-timeout": "2" });
    await clock.untilDueIn(2000);
    clock.advance(2000);
    const response = await answer;
    expect(response.status).toBe(504);
    expect(response.headers.get("x-fal-request-timeout-type")).toBe("user");
  });

  test("is never retried", async () => {
    let attempts = 0;
    const fal = await startFal({
      render: () => {
        attempts += 1;
        return Promise.reject(new RequestError("runner_connection_refused", "No runner"));
      },
    });
    expect((await post(fal, runUrl)).status).toBe(503);
    expect(attempts).toBe(1);
  });

  test("stops the model when its caller hangs up", async () => {
    const hold = blockRenders();
    const fal = await startFal({ render: hold.render });
    const caller = new AbortController();
    const answer = fal.call(runUrl, {
      method: "POST",
      body: '{"prompt":"x"}',
      headers: withKey,
      signal: caller.signal,
    });
    await hold.untilStarted(1);
    caller.abort();
    await expect(answer).rejects.toThrow();
    await submit(fal, "next");
    await hold.untilStarted(2);
    expect(hold.aborted).toEqual(["x"]);
  });

  test("leaves nothing to resume after a restart", async () => {
    const before = blockRenders();
    const first = await startFal({ render: before.render });
    const answer = post(first, runUrl).catch(() => undefined);
    await before.untilStarted(1);
    await submit(first, "queued");
    await first.fal.close();
    await answer;

    const after = blockRenders();
    await startFal({ dataDir: first.dataDir, render: after.render });
    await after.untilStarted(1);
    expect(after.started).toEqual(["queued"]);
  });

  test("asks for a key and for an application that exists", async () => {
    const { call } = await startFal();
    expect((await call(runUrl, { method: "POST", headers: {} })).status).toBe(401);
    expect((await call("https://fal.run/fal-ai/flux/dev", { method: "POST" })).status).toBe(404);
  });
});

describe("a result", () => {
  test("is stored for thirty days", async () => {
    const clock = makeClock();
    const fal = await startFal({ clock, render: renderAtOnce });
    const id = await submit(fal, "x");
    await settle(fal, id);
    clock.advance(30 * 24 * HOUR_MS - 1);
    expect((await settle(fal, id)).status).toBe(200);
    clock.advance(1);
    expect(await resultOf(fal, id)).toEqual(notFound);
  });

  test("is gone after an hour with x-fal-store-io: 0", async () => {
    const clock = makeClock();
    const fal = await startFal({ clock, render: renderAtOnce });
    const id = await submit(fal, "x", { "x-fal-store-io": "0" });
    await settle(fal, id);
    clock.advance(HOUR_MS - 1);
    expect((await settle(fal, id)).status).toBe(200);
    clock.advance(1);
    expect(await resultOf(fal, id)).toEqual(notFound);
  });

  test("of 10 KB and more is gone after six minutes with x-fal-store-io: 0", async () => {
    const clock = makeClock();
    const fal = await startFal({ clock });
    const id = await submit(fal, "x".repeat(10 * 1024), { "x-fal-store-io": "0" });
    expect((await settle(fal, id)).status).toBe(422);
    clock.advance(6 * 60_000 - 1);
    expect((await settle(fal, id)).status).toBe(422);
    clock.advance(1);
    expect(await resultOf(fal, id)).toEqual(notFound);
  });

  test("of more than 1 MB is gone after six minutes however it was asked for", async () => {
    const clock = makeClock();
    const fal = await startFal({ clock });
    const id = await submit(fal, "x".repeat(1024 * 1024));
    await settle(fal, id);
    clock.advance(6 * 60_000);
    expect(await resultOf(fal, id)).toEqual(notFound);
  });

  test("is deleted from disk when it expires", async () => {
    const clock = makeClock();
    const first = await startFal({ clock, render: renderAtOnce });
    const id = await submit(first, "x", { "x-fal-store-io": "0" });
    await settle(first, id);
    const folder = join(first.dataDir, "requests", id);
    expect(await readdir(folder)).toEqual(["request.json"]);
    await first.fal.close();
    clock.advance(HOUR_MS);

    const second = await startFal({ dataDir: first.dataDir, clock });
    await second.fal.close();
    await expect(access(folder)).rejects.toThrow("ENOENT");
  });
});

test("keeps a silent status stream alive with a comment every 15 seconds", async () => {
  const clock = makeClock();
  const hold = blockRenders();
  const fal = await startFal({ clock, render: hold.render });
  const id = await submit(fal, "x");
  await hold.untilStarted(1);
  const { body } = await fal.call(`${submitUrl}/requests/${id}/status/stream`);
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toMatch(/^data: .*"IN_PROGRESS".*\n\n$/);
  for (let comments = 0; comments < 2; comments++) {
    await clock.untilDueIn(15_000);
    clock.advance(15_000);
    expect((await reader?.read())?.value).toBe(": keep-alive\n\n");
  }
  hold.releaseNext();
  expect((await reader?.read())?.value).toContain('"COMPLETED"');
  expect((await reader?.read())?.done).toBe(true);
});

test("puts a request id on every answer, whatever it refuses", async () => {
  const { call } = await startFal();
  for (const answer of [
    await call(submitUrl, { method: "POST", headers: {} }),
    await call(submitUrl, { method: "POST", body: "{" }),
    await call("https://queue.fal.run/fal-ai/flux", { method: "POST", body: "{}" }),
    await call(`${submitUrl}/requests/019ef3ca-bf2e-71b2-8000-000000000000/status`),
    await call(runUrl, { method: "POST", body: "{}" }),
  ]) {
    expect(answer.headers.get("x-fal-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  }
});

function post({ call }: Pick<Connection, "call">, url: string, headers: HeadersInit = {}) {
  return call(url, {
    method: "POST",
    body: '{"prompt":"x"}',
    headers: { ...withKey, ...headers },
  });
}

async function submit({ call }: Fal, prompt: string, headers: HeadersInit = {}): Promise<string> {
  const body = JSON.stringify({ prompt });
  const response = await call(submitUrl, {
    method: "POST",
    body,
    headers: { ...withKey, ...headers },
  });
  return (await response.json()).request_id;
}

async function statusOf({ call }: Fal, id: string) {
  return (await call(`${submitUrl}/requests/${id}/status`)).json();
}

async function resultOf({ call }: Fal, id: string) {
  const response = await call(`${submitUrl}/requests/${id}`);
  return [response.status, await response.json()];
}
