import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { watch as Watch } from "@/lib/browser/fal/watch";
import type { GenerationEvent } from "@/lib/generation";

const encoder = new TextEncoder();
const mark = { "x-firstframe-answer": "1" };
const inLine = { status: "IN_QUEUE", queue_position: 2 };
const started = { status: "IN_PROGRESS", logs: [{ timestamp: "t1", message: "10% naïve" }] };
const completed = { status: "COMPLETED", logs: [{ timestamp: "t2", message: "100%" }] };

type Call = {
  target: string;
  signal: AbortSignal | undefined;
  answer: (response: Response) => void;
  fail: (error: unknown) => void;
};
type Stream = { send: (text: string | Uint8Array) => void; end: () => void; cut: () => void };

let watch: typeof Watch;
let calls: Call[];
const page = Object.assign(new EventTarget(), { visibilityState: "visible" });

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  const events = new EventTarget();
  vi.stubGlobal("window", { document: page });
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
  vi.stubGlobal("removeEventListener", events.removeEventListener.bind(events));
  vi.stubGlobal("dispatchEvent", events.dispatchEvent.bind(events));
  calls = [];
  vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const target = new Headers(init.headers).get("x-fal-target-url") ?? "";
    const signal = init.signal ?? undefined;
    signal?.addEventListener("abort", () => reject(signal.reason));
    calls.push({
      target: target.split("/requests/r1/")[1] ?? "",
      signal,
      answer: resolve,
      fail: reject,
    });
    return promise;
  });
  ({ watch } = await import("@/lib/browser/fal/watch"));
  return () => vi.useRealTimers();
});
afterEach(() => vi.unstubAllGlobals());

const settle = async () => {
  for (let turns = 0; turns < 5; turns++) await vi.advanceTimersByTimeAsync(0);
};

function begin() {
  const told: (GenerationEvent | { trouble?: string } | { log: string[] })[] = [];
  const controller = new AbortController();
  let hasEnded = false;
  void watch("fal-ai/minimax-video", "r1", {
    onEvent: (event) => told.push(event),
    onLog: (log) => log.length > 0 && told.push({ log: log.map(({ message }) => message) }),
    onTrouble: (trouble) => trouble && told.push({ trouble: trouble.code }),
    signal: controller.signal,
  }).then(() => {
    hasEnded = true;
  });
  return { told, stop: () => controller.abort(), hasEnded: () => hasEnded };
}

async function openStream(call = calls.at(-1)): Promise<Stream> {
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
    },
  });
  call?.signal?.addEventListener("abort", () => stream?.error(call.signal?.reason));
  const headers = { "content-type": "text/event-stream", ...mark };
  call?.answer(new Response(body, { headers }));
  await settle();
  return {
    send: (text) => stream?.enqueue(typeof text === "string" ? encoder.encode(text) : text),
    end: () => stream?.close(),
    cut: () => stream?.error(new TypeError("network error")),
  };
}

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...mark },
  });

test("reports place, start and log from one stream, which ends with the run", async () => {
  const { told, hasEnded } = begin();
  await settle();
  expect(calls.map(({ target }) => target)).toEqual(["status/stream?logs=1"]);
  const stream = await openStream();
  stream.send(event(inLine));
  stream.send(event(started));
  await settle();
  stream.send(event(completed));
  stream.end();
  await settle();
  expect(told).toEqual([
    { type: "in-line", position: 2 },
    { log: ["10% naïve"] },
    { type: "started" },
    { log: ["10% naïve", "100%"] },
  ]);
  expect([hasEnded(), calls.length]).toEqual([true, 1]);
});

test("reads a character that the network has split into two chunks", async () => {
  const { told } = begin();
  await settle();
  const stream = await openStream();
  const bytes = encoder.encode(event(started));
  const middle = bytes.indexOf(0xc3) + 1;
  stream.send(bytes.slice(0, middle));
  await settle();
  stream.send(bytes.slice(middle));
  await settle();
  expect(told).toContainEqual({ log: ["10% naïve"] });
});

test("reopens a stream that breaks or that ends before the run", async () => {
  const { told, hasEnded } = begin();
  await settle();
  const first = await openStream();
  first.send(event(inLine));
  await settle();
  first.cut();
  await settle();
  await vi.advanceTimersByTimeAsync(2_000);
  calls.at(-1)?.fail(new TypeError("Failed to fetch"));
  await settle();
  expect(told).toEqual([{ type: "in-line", position: 2 }, { trouble: "server_unreachable" }]);
  await vi.advanceTimersByTimeAsync(2_000);
  const second = await openStream();
  second.send(event(started));
  await settle();
  second.end();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([calls.length, hasEnded()]).toEqual([4, false]);
});

test("opens a new stream within two seconds of the server's return, however long it was away", async () => {
  begin();
  await settle();
  for (let tries = 0; tries < 20; tries++) {
    calls.at(-1)?.fail(new TypeError("Failed to fetch"));
    const before = calls.length;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(calls.length).toBe(before + 1);
  }
});

test("polls once a second if a proxy buffers the stream", async () => {
  const { told, hasEnded } = begin();
  await settle();
  await openStream();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(calls[0]?.signal?.aborted).toBe(true);
  expect(calls[1]?.target).toBe("status?logs=1");
  calls[1]?.answer(json(inLine));
  await vi.advanceTimersByTimeAsync(1_000);
  calls[2]?.answer(json(completed));
  await settle();
  expect([hasEnded(), calls.length]).toEqual([true, 3]);
  expect(told[0]).toEqual({ type: "in-line", position: 2 });
});

test("polls once a second if the server has too many streams open", async () => {
  const { told } = begin();
  await settle();
  calls[0]?.answer(json({ detail: "x", error_type: "server_busy" }, 503));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(calls[1]?.target).toBe("status?logs=1");
  expect(told).toEqual([]);
});

test("replaces a stream that has been silent for more than 35 seconds", async () => {
  begin();
  await settle();
  const stream = await openStream();
  stream.send(event(inLine));
  for (let comments = 0; comments < 4; comments++) {
    await vi.advanceTimersByTimeAsync(15_000);
    stream.send(": alive\n\n");
  }
  await settle();
  expect(calls).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(calls[0]?.signal?.aborted).toBe(true);
  expect(calls[1]?.target).toBe("status/stream?logs=1");
});

test("opens a new stream when the browser is online again", async () => {
  begin();
  await settle();
  const stream = await openStream();
  stream.send(event(inLine));
  await settle();
  dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(calls).toHaveLength(2);
});

test("names a gateway that answers instead of the server, and retries the stream", async () => {
  const { told } = begin();
  await settle();
  calls[0]?.answer(new Response("<h1>Sign in</h1>", { headers: { "content-type": "text/html" } }));
  await settle();
  expect(told).toEqual([{ trouble: "gateway_answered" }]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(calls[1]?.target).toBe("status/stream?logs=1");
});

test("stops when the upstream does not know the run", async () => {
  const { told, hasEnded } = begin();
  await settle();
  calls[0]?.answer(json({ detail: "x", error_type: "model_unavailable" }, 404));
  await settle();
  expect([told, hasEnded()]).toEqual([[], true]);
});

test("closes its connection at once when it is stopped", async () => {
  const { told, stop, hasEnded } = begin();
  await settle();
  const stream = await openStream();
  stream.send(event(inLine));
  await settle();
  stop();
  await settle();
  expect([calls[0]?.signal?.aborted, hasEnded(), calls.length]).toEqual([true, true, 1]);
  expect(told).toEqual([{ type: "in-line", position: 2 }]);
  expect(vi.getTimerCount()).toBe(0);
});
