import { setImmediate as pause } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { textToVideo } from "@/lib/models";
import type { RunStatus } from "@/lib/server/upstream/runs";
import { openStatusStream } from "@/lib/server/upstream/status-stream";
import { type ScriptedAnswer, startScriptedUpstream } from "../generations/scripted-upstream";

const run = { model: textToVideo.id, requestId: "request-1" };
const running = 'data: {"status":"IN_PROGRESS"}\n\n';

test.each<[string, number, ScriptedAnswer]>([
  ["never answers", 0, () => {}],
  ["goes silent", 1, (_, response) => response.write(running)],
])("a stream that %s is closed after 45 seconds", async (_, events, answer) => {
  const { reading, seen } = await openStream(answer);
  while (seen.length < events) await pause();

  await vi.advanceTimersByTimeAsync(44_000);
  expect(await Promise.race([reading, pause("still reading")])).toBe("still reading");
  await vi.advanceTimersByTimeAsync(1_000);

  const error = await reading.catch((error: Error) => error);
  expect(String(error?.cause ?? error)).toContain("silent for 45000 ms");
});

test("a stream that sends comments is read without a time limit", async () => {
  const sent = Promise.withResolvers<(text: string) => Promise<void>>();
  const { reading, seen } = await openStream((_, response) => {
    response.write(running);
    sent.resolve(async (text) => {
      response.write(text);
      await pause();
    });
  });
  const send = await sent.promise;

  for (let n = 0; n < 8; n++) {
    await vi.advanceTimersByTimeAsync(15_000);
    await send(": still here\n\n");
    for (let turns = 0; turns < 50; turns++) await pause();
  }
  await send('data: {"status":"COMPLETED"}\n\n');

  await vi.waitUntil(() => seen.at(-1)?.status === "ended");
  expect(await Promise.race([reading, pause("still reading")])).toBe("still reading");
});

test("an event is read although its lines arrive in pieces", async () => {
  const { reading, seen } = await openStream(async (_, response) => {
    for (const part of [
      "data: {\r",
      '\ndata:"status":"IN_',
      'QUEUE",\ndata: "queue_position":2}\r\n\r',
      "\n",
    ]) {
      response.write(part);
      await pause();
    }
    response.end("data\n\n");
  });

  await reading.catch(() => {});
  expect(seen).toEqual([{ status: "queued", position: 2 }]);
});

test.each([
  ["whose line has no end", "data: "],
  ["that has no end", "data: x y z\n"],
])("a stream is closed at an event %s", async (_, piece) => {
  const { reading, seen } = await openStream((_, response) => {
    response.write(running);
    response.write(piece.repeat(300_000));
  });

  await expect(reading).rejects.toThrow();
  expect(seen).toEqual([{ status: "running" }]);
});

async function openStream(answer: ScriptedAnswer) {
  const upstream = await startScriptedUpstream();
  const arrived = Promise.withResolvers<void>();
  upstream.answer("stream", (call, response) => {
    arrived.resolve();
    return typeof answer === "function" && answer(call, response);
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const left = new AbortController();
  const seen: RunStatus[] = [];
  const target = { kind: "compatible", base: upstream.base } as const;
  const secrets = { authorization: "Key test:test", webhookKeysUrl: "" };
  const reading = (async () => {
    const stream = await openStatusStream(run, { ...target, ...secrets }, left.signal);
    for await (const { status } of stream) seen.push(status);
  })();
  reading.catch(() => {});
  onTestFinished(() => {
    left.abort();
    vi.useRealTimers();
  });
  await arrived.promise;
  return { reading, seen };
}
