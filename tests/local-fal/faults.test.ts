import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError, ValidationError } from "@fal-ai/client";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../lib/local-fal/clock.ts";
import {
  behaviours,
  errors,
  parseFault,
  toErrorAnswer,
  webhookPlan,
} from "../../lib/local-fal/faults.ts";
import { scenarioSchema } from "../../lib/local-fal/faults-scenario.ts";
import type { LocalFalOptions } from "../../lib/local-fal/index.ts";
import { renderAtOnce, settle, startFal, textToVideo, withKey } from "./support.ts";

const submitUrl = `https://queue.fal.run/${textToVideo}`;
const input = { prompt: "a rocket" };
const isGateway = (name: string) => parseFault(name).outcome === undefined;
const names = Object.keys(errors);

type Fal = Awaited<ReturnType<typeof startFal>>;

describe.each(names.filter((name) => !isGateway(name)))("a request that fails with %s", (name) => {
  test("answers its result with the error's status, body and headers", async () => {
    const fal = await start();
    const { status, body, headers } = toErrorAnswer(name);
    const result = await settle(fal, await submit(fal, name));

    expect(result.status).toBe(status);
    expect(await result.json()).toEqual(body);
    expect(Object.fromEntries(result.headers)).toMatchObject(headers);
    expect(result.headers.get("x-fal-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test.each(names.filter(isGateway))("a submission refused with %s is refused once", async (name) => {
  const fal = await start();
  const { status, body, headers } = toErrorAnswer(name);
  const [refused, accepted] = [await post(fal, name), await post(fal, name)];

  expect(refused.status).toBe(status);
  expect(await refused.json()).toEqual(body);
  expect(Object.fromEntries(refused.headers)).toMatchObject(headers);
  expect(accepted.status).toBe(200);
});

describe("the status of a failed request", () => {
  test.each([
    ["content_policy_violation", undefined],
    ["content_policy_violation; announce=yes", "content_policy_violation"],
    ["runner_disconnected", "runner_disconnected"],
    ["downstream_service_unavailable", "downstream_service_unavailable"],
    ["downstream_service_unavailable; announce=no", undefined],
  ])("for %s names the error type %s", async (fault, errorType) => {
    const fal = await start();
    const id = await submit(fal, fault);
    await settle(fal, id);
    const status = await follow(fal, id, "/status").then((response) => response.json());

    expect(status).toMatchObject({ status: "COMPLETED" });
    expect(status.error_type).toBe(errorType);
    expect("error" in status).toBe(errorType !== undefined);
  });
});

test("a slow start leaves a request in the queue for the given time", async () => {
  const clock = makeClock();
  const fal = await start({ clock });
  const id = await submit(fal, "slow_start; ms=2000");
  clock.advance(1999);
  expect(await statusOf(fal, id)).toMatchObject({ status: "IN_QUEUE", queue_position: 0 });
  clock.advance(1);
  expect((await settle(fal, id)).status).toBe(200);
});

test("a long queue moves up place by place", async () => {
  const clock = makeClock();
  const fal = await start({ clock });
  const id = await submit(fal, "long_queue; ahead=3; ms=100");
  const places: unknown[] = [];
  for (let step = 0; step < 3; step++) {
    places.push((await statusOf(fal, id)).queue_position);
    clock.advance(100);
  }
  expect(places).toEqual([3, 2, 1]);
  expect((await settle(fal, id)).status).toBe(200);
});

test("a delayed request lets others pass and can be cancelled", async () => {
  const fal = await start({ clock: makeClock() });
  const held = await submit(fal, "slow_start");
  expect((await settle(fal, await submit(fal))).status).toBe(200);
  const cancelled = await follow(fal, held, "/cancel", { method: "PUT" });
  expect(cancelled.status).toBe(200);
  expect(await cancelled.json()).toEqual({ status: "OK" });
});

test("a delayed request misses its start timeout", async () => {
  const clock = makeClock();
  const fal = await start({ clock });
  const id = await submit(fal, "slow_start; ms=5000", { "x-fal-request-timeout": "2" });
  clock.advance(2000);
  const result = await settle(fal, id);
  expect(result.status).toBe(504);
  expect(result.headers.get("x-fal-request-timeout-type")).toBe("user");
});

test.each([
  ["status", "/status", "GET"],
  ["result", "", "GET"],
  ["cancel", "/cancel", "PUT"],
  ["stream", "/status/stream", "GET"],
] as const)("a burst on %s ends after as many times as asked for", async (call, path, method) => {
  const fal = await start();
  const id = await submit(fal, `503; call=${call}; times=2`);
  const other = await submit(fal);
  await settle(fal, other);
  const statuses: number[] = [];
  for (let n = 0; n < 3; n++) {
    const response = await follow(fal, id, path, { method });
    statuses.push(response.status);
    await response.text();
  }
  expect(statuses.slice(0, 2)).toEqual([503, 503]);
  expect(statuses[2]).not.toBe(503);
  expect((await follow(fal, other, path, { method })).status).not.toBe(503);
});

test("a lost answer does not stop the job", async () => {
  const fal = await start();
  await expect(post(fal, "answer_lost")).rejects.toThrow("fetch failed");
  // The lost submission is first in line, so the next one is second.
  expect(await fal.listRequests()).toHaveLength(1);
});

test("a reset connection has no effect", async () => {
  const fal = await start();
  await expect(post(fal, "connection_reset; call=submit")).rejects.toThrow("fetch failed");
  expect(await fal.listRequests()).toHaveLength(0);
});

test("a fetch in this process fails on a reset like a fetch over the network", async () => {
  const { fal } = await start();
  const request = new Request(`http://x/queue.fal.run/${textToVideo}`, {
    method: "POST",
    headers: { ...withKey, "x-fal-local-fault": "connection_reset; call=submit" },
    body: JSON.stringify(input),
  });
  await expect(fal.fetch(request)).rejects.toMatchObject({
    message: "fetch failed",
    cause: { code: "ECONNRESET" },
  });
});

test("malformed JSON has status 200 and ends in the middle", async () => {
  const fal = await start();
  const id = await submit(fal, "malformed_json");
  const result = await settle(fal, id);
  expect(result.status).toBe(200);
  expect(result.headers.get("content-type")).toContain("application/json");
  await expect(result.json()).rejects.toThrow(SyntaxError);
  await expect((await follow(fal, id)).json()).resolves.toHaveProperty("video");
});

test("the gzip fault compresses every answer", async () => {
  const fal = await start();
  const response = await post(fal, "gzip");
  expect(response.headers.get("content-encoding")).toBe("gzip");
  const { request_id: id } = (await response.json()) as { request_id: string };
  const result = await settle(fal, id);
  expect(result.headers.get("content-encoding")).toBe("gzip");
  expect(await result.json()).toHaveProperty("video.url");
});

test("a stream breaks off after its first event", async () => {
  const clock = makeClock();
  const fal = await start({ clock });
  const id = await submit(fal, "slow_start; ms=1000, cut");
  const stream = await follow(fal, id, "/status/stream");
  const reader = stream.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  expect(first).toMatch(/^data: \{"status":"IN_QUEUE"/);
  const next = reader?.read();
  clock.advance(1000);
  await expect(next).rejects.toThrow("terminated");
});

test("an expired result is gone although the status is completed", async () => {
  const fal = await start();
  const id = await submit(fal, "result_expired");
  const result = await settle(fal, id);
  expect(result.status).toBe(404);
  expect(await result.json()).toEqual({ status: "NOT_FOUND" });
  expect(await statusOf(fal, id)).toMatchObject({ status: "COMPLETED" });
});

test("a video is gone although the result names it", async () => {
  const fal = await start();
  const result = await settle(fal, await submit(fal, "video_gone"));
  expect(result.status).toBe(200);
  const { video } = await result.json();
  expect((await fal.call(video.url)).status).toBe(404);
});

test.each([
  ["webhook_never", "never"],
  ["webhook_twice", "twice"],
  ["webhook_late; ms=70", { lateMs: 70 }],
  ["content_policy_violation", "normal"],
  ["content_policy_violation, webhook_twice", "twice"],
] as const)("%s plans its webhook %o", (fault, plan) => {
  expect(webhookPlan({ options: { fault } })).toEqual(plan);
});

test("webhooks are omitted, sent twice or sent late on request", async () => {
  const clock = makeClock();
  const received: string[] = [];
  let wake = () => {};
  const receiver = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    received.push((JSON.parse(body) as { request_id: string }).request_id);
    response.end();
    wake();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void receiver.close());
  await once(receiver, "listening");
  const untilReceived = async (count: number) => {
    while (received.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const { port } = receiver.address() as AddressInfo;
  const fal = await start({ clock, allowPrivateHosts: true });
  const hook = `?fal_webhook=${encodeURIComponent(`http://127.0.0.1:${port}/`)}`;
  const order = async (fault: string) => {
    const id = await submit(fal, fault, {}, input, hook);
    await settle(fal, id);
    return id;
  };

  await order("webhook_never");
  const late = await order("webhook_late; ms=3000");
  const twice = await order("webhook_twice");
  await untilReceived(2);
  expect(received).toEqual([twice, twice]);
  clock.advance(3000);
  await untilReceived(3);
  expect(received).toEqual([twice, twice, late]);
});

test("a single call gets its fault from its own header", async () => {
  const { call } = await start();
  const initiate = (fault: string) =>
    call("https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3", {
      method: "POST",
      headers: { ...withKey, "content-type": "application/json", "x-fal-local-fault": fault },
      body: JSON.stringify({ content_type: "text/plain", file_name: "a.txt" }),
    });
  expect((await initiate("503; call=upload")).status).toBe(503);
  expect((await initiate("503; call=upload")).status).toBe(200);

  const run = () =>
    call(`https://fal.run/${textToVideo}`, {
      method: "POST",
      headers: withKey,
      body: JSON.stringify({ prompt: "a rocket {{fault: concurrent_requests_limit; call=run}}" }),
    });
  const refused = await run();
  expect([refused.status, refused.headers.get("x-fal-needs-retry")]).toEqual([429, "1"]);
  expect((await run()).status).toBe(200);
});

test("several faults can be put on one request", async () => {
  const clock = makeClock();
  const fal = await start({ clock });
  const id = await submit(fal, "slow_start; ms=50, no_media_generated, 429; call=result");
  expect(await statusOf(fal, id)).toMatchObject({ status: "IN_QUEUE" });
  clock.advance(50);
  expect((await settle(fal, id)).status).toBe(429);
  expect((await follow(fal, id)).status).toBe(422);
});

test("the official client raises its own error classes", async () => {
  const { client } = await start();
  const fail = (fault: string) =>
    client.subscribe(textToVideo, {
      input: { prompt: `a rocket {{fault: ${fault}}}` },
      pollInterval: 10,
    });
  const violation = await fail("content_policy_violation").catch((error: unknown) => error);
  expect(violation).toBeInstanceOf(ValidationError);
  expect((violation as ValidationError).getFieldErrors("prompt")).toMatchObject([
    { type: "content_policy_violation" },
  ]);
  const broken = await fail("internal_server_error").catch((error: unknown) => error);
  expect(broken).toBeInstanceOf(ApiError);
  expect(broken).toMatchObject({ status: 500 });
});

test.each([
  ["content_policy_violation", "0"],
  ["content_policy_violation; units=1", "1"],
  ["literal_error", "0"],
  ["missing; units=0", "0"],
])("the failure %s is charged as %s", async (fault, units) => {
  const fal = await start();
  const result = await settle(fal, await submit(fal, fault));
  expect([result.status, result.headers.get("x-fal-billable-units")]).toEqual([422, units]);
});

test("every fault that the usage page suggests can be asked for", async () => {
  const page = await readFile(new URL("../../docs/local-fal.md", import.meta.url), "utf8");
  const [, section = ""] = page.split("### Which one for what\n");
  const [table = ""] = section.split("\n### ");
  const suggested = [...table.matchAll(/^\|[^|]+\|(.*)\|$/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, fault = ""]) => fault),
  );
  expect(suggested).toHaveLength(17);
  for (const fault of suggested) expect(() => parseFault(fault), fault).not.toThrow();
});

test("a scenario matches by model, by words of the prompt and by number", async () => {
  const scenario = scenarioSchema.parse([
    { prompt: "policy", fault: "content_policy_violation" },
    { endpoint: "fal-ai/minimax-video*", nth: [2], fault: "no_media_generated" },
    { endpoint: "fal-ai/other", fault: "internal_server_error" },
  ]);
  const fal = await start({ faults: { scenario } });
  const types: unknown[] = [];
  for (const prompt of ["a policy", "one", "two"]) {
    const id = await submit(fal, undefined, {}, { prompt });
    const { detail } = await (await settle(fal, id)).json();
    types.push(detail?.[0].type);
  }
  expect(types).toEqual(["content_policy_violation", "no_media_generated", undefined]);
});

test.each([
  "no_such_fault",
  "503; call=nothing",
  "503; times=0",
  "slow_start; ms=soon",
  "503; often=2",
])("the fault %s is refused with a sentence, in a call and in a scenario", async (fault) => {
  const fal = await start();
  const response = await post(fal, fault);
  expect(response.status).toBe(400);
  expect(await response.json()).toHaveProperty("detail", expect.stringMatching(/fault/i));
  expect(scenarioSchema.safeParse([{ fault }]).success).toBe(false);
});

test("the usage page names every fault with its status", async () => {
  const page = await readFile(new URL("../../docs/local-fal.md", import.meta.url), "utf8");
  const named = [...page.matchAll(/^\| `(\w+)` +\|(?: (\d{3}) )?/gm)];
  const rows = new Map(named.map(([, name = "", status]) => [name, status]));
  for (const [name, { status }] of Object.entries(errors)) {
    expect(rows.get(name), name).toBe(String(status));
  }
  for (const name of Object.keys(behaviours)) expect(rows.has(name), name).toBe(true);
});

test("nothing fails on demand unless faults are enabled", async () => {
  const fal = await startFal({ render: renderAtOnce });
  const id = await submit(fal, "content_policy_violation", {}, { prompt: "{{fault: 503}}" });
  expect((await settle(fal, id)).status).toBe(200);
});

async function start(options: Partial<LocalFalOptions> = {}) {
  const started = await startFal({ render: renderAtOnce, faults: true, ...options });
  return { ...started, listRequests: () => readdir(`${started.dataDir}/requests`) };
}

function post(
  { call }: Pick<Fal, "call">,
  fault?: string,
  headers = {},
  body: object = input,
  query = "",
) {
  return call(submitUrl + query, {
    method: "POST",
    headers: { ...withKey, ...(fault && { "x-fal-local-fault": fault }), ...headers },
    body: JSON.stringify(body),
  });
}

async function submit(...args: Parameters<typeof post>): Promise<string> {
  const response = await post(...args);
  expect(response.status).toBe(200);
  const { request_id: id } = (await response.json()) as { request_id: string };
  return id;
}

function follow({ call }: Pick<Fal, "call">, id: string, path = "", init?: RequestInit) {
  return call(`${submitUrl}/requests/${id}${path}`, init);
}

async function statusOf(fal: Pick<Fal, "call">, id: string) {
  return (await follow(fal, id, "/status")).json();
}

/** A clock that only the test moves. */
function makeClock(): Clock & { advance(milliseconds: number): void } {
  let time = Date.parse("2026-11-22T12:00:00Z");
  const due = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => new Date(time),
    after(milliseconds, callback) {
      const entry = { at: time + milliseconds, callback };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance(milliseconds) {
      time += milliseconds;
      for (const entry of [...due]) {
        if (entry.at > time || !due.delete(entry)) continue;
        entry.callback();
      }
    },
  };
}
