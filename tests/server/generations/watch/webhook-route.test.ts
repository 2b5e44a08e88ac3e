import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { POST } from "@/app/api/fal/webhook/route";
import { problem } from "@/lib/problems";
import { getLog } from "@/lib/server/log";
import type { Services } from "@/lib/server/services";
import { completed, file, resultAt, startScriptedUpstream } from "../scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  openServer,
  requireRecord,
  serveRoutesWith,
  submitAndFind,
  watchToEnd,
} from "../support";
import { makeVideo } from "../videos";
import { makeKey, type Signed } from "../webhooks";

const HOUR_MS = 60 * 60_000;
const videoUrl = "https://v3b.fal.media/files/b/rocket/output.mp4";
const clockFaults: [name: string, offMs: number][] = [
  ["is six minutes ahead", -6 * 60_000],
  ["is six minutes behind", 6 * 60_000],
  ["is right, and the webhook hours late", -7 * HOUR_MS],
];

// Webhooks that one test drops must not count in the next, and this clock decides when the log's minute ends.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.advanceTimersByTime(nextMinute);
  nextMinute += HOUR_MS;
  onTestFinished(() => void vi.useRealTimers());
});
let nextMinute = HOUR_MS;

test("does not read a body whose headers can't be fal's", async () => {
  const { key } = await openReceiving("sqlite");
  watchLog();
  const { headers, body } = key.sign({ requestId: "request-1", at: Date.now() });
  headers.delete("x-fal-webhook-signature");
  let isRead = false;
  const watched = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        isRead = true;
        controller.enqueue(new Uint8Array(body));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: "POST", headers, body: watched, duplex: "half" } as RequestInit;
  const address = `http://localhost:3000/api/fal/webhook?generation=${crypto.randomUUID()}`;
  expect((await POST(new Request(address, init), undefined)).status).toBe(403);
  expect(isRead).toBe(false);
});

describe.each(databaseKinds)("a genuine webhook on %s, when the clock", (kind) => {
  test.each(clockFaults)("%s, makes the server check the run at once", async (_, offMs) => {
    const { server, key } = await openReceiving(kind);
    const { services, clock } = server;
    const { id, requestId = "" } = await submitAndFind(services, makeClick());
    expect(await requireRecord(services, id)).toMatchObject({ checkAt: clock.now + 1_000 });

    const answer = await deliver(id, key.sign({ requestId, at: clock.now + offMs }));

    expect(answer.status).toBe(200);
    expect(await requireRecord(services, id)).toMatchObject({ checkAt: clock.now });
  });

  test.each(clockFaults)("%s, finds a run whose answer was lost", async (_, offMs) => {
    const { server, key, upstream } = await openReceiving(kind);
    upstream.answer("status", completed);
    upstream.answer("result", resultAt(videoUrl));
    upstream.answer("file", file(await makeVideo()));
    const id = await addLost(server.services);

    await deliver(id, key.sign({ requestId: "request-1", at: server.clock.now + offMs }));
    await server.watcher.turn();

    expect((await watchToEnd(server, id)).state.status).toBe("done");
  });
});

describe("a webhook that is dropped", () => {
  test.each([
    ["headers", "headers", without("x-fal-webhook-signature")],
    ["headers", "a time that is none", withHeader("x-fal-webhook-timestamp", "now")],
    ["signature", "another's signature", () => makeKey().sign({ requestId: "request-1" })],
  ] as const)("is logged with the reason %s, for %s", async (reason, _, forge) => {
    const { server, key } = await openReceiving("sqlite");
    const { id } = await submitAndFind(server.services, makeClick());
    const logged = watchLog();

    const answer = await deliver(id, forge(key.sign({ at: server.clock.now })));

    expect(answer.status).toBe(403);
    expect(logged()).toEqual([[{ reason, generation: id }, "a webhook was dropped"]]);
  });

  test("is logged when its body is not like fal's", async () => {
    const { server, key } = await openReceiving("sqlite");
    const { id } = await submitAndFind(server.services, makeClick());
    const logged = watchLog();

    await deliver(id, key.sign({ at: server.clock.now, content: { status: "DONE" } }));

    expect(logged()).toEqual([[{ reason: "body", generation: id }, "a webhook was dropped"]]);
  });

  test("is logged when its generation is unknown", async () => {
    const { server, key } = await openReceiving("sqlite");
    const { id } = await submitAndFind(server.services, makeClick());
    const logged = watchLog();

    const strange = key.sign({ requestId: "another-request", at: server.clock.now });
    expect((await deliver(id, strange)).status).toBe(200);
    const nowhere = crypto.randomUUID();
    expect((await deliver(nowhere, strange)).status).toBe(200);
    expect((await deliver("\n' or 1=1--", strange)).status).toBe(200);

    expect(logged().map(([details]) => details)).toEqual([
      { reason: "another_request", generation: id },
      { reason: "unknown_generation", generation: nowhere },
      { reason: "unknown_generation", generation: undefined },
    ]);
  });

  test("is answered so that fal retries when the keys can't be fetched, and is logged", async () => {
    const { server, key, upstream } = await openReceiving("sqlite");
    upstream.answer("keys", { status: 503 });
    const { id, requestId } = await submitAndFind(server.services, makeClick());
    const logged = watchLog();

    const answer = await deliver(id, key.sign({ requestId, at: server.clock.now }));

    expect(answer.status).toBe(503);
    expect(logged()).toMatchObject([[{ reason: "keys_out_of_reach", generation: id }, {}]]);
  });

  test("is logged without secrets, and not more often than the limit", async () => {
    const { server } = await openReceiving("sqlite");
    const { id } = await submitAndFind(server.services, makeClick());
    const forged = makeKey().sign({ at: server.clock.now });
    const logged = watchLog();

    for (let n = 0; n < 200; n++) await deliver(id, forged);
    expect(logged()).toHaveLength(10);
    vi.advanceTimersByTime(60_000);
    await deliver(id, forged);

    expect(logged()).toHaveLength(11);
    expect(logged().at(-1)?.[0]).toMatchObject({ reason: "signature", leftOut: 190 });
    const signature = forged.headers.get("x-fal-webhook-signature") ?? "";
    expect(JSON.stringify(logged())).not.toContain(signature);
  });
});

async function openReceiving(kind: (typeof databaseKinds)[number]) {
  const upstream = await startScriptedUpstream();
  const key = makeKey();
  upstream.answer("keys", { body: { keys: [key.jwk] } });
  const server = await openServer(kind, upstream);
  serveRoutesWith(server.services);
  return { upstream, key, server };
}

function deliver(id: string, { headers, body }: Signed): Promise<Response> {
  const address = `http://localhost:3000/api/fal/webhook?generation=${encodeURIComponent(id)}`;
  const sent = new Headers([...headers, ["host", "localhost:3000"]]);
  return POST(
    new Request(address, { method: "POST", headers: sent, body: new Uint8Array(body) }),
    undefined,
  );
}

function watchLog() {
  const written = vi.spyOn(getLog(), "warn").mockImplementation(() => {});
  written.mockClear();
  return () => written.mock.calls as unknown as [Record<string, unknown>, string][];
}

function without(name: string) {
  return ({ headers, body }: Signed): Signed => {
    const fewer = new Headers(headers);
    fewer.delete(name);
    return { headers: fewer, body };
  };
}

function withHeader(name: string, value: string) {
  return ({ headers, body }: Signed): Signed => {
    const other = new Headers(headers);
    other.set(name, value);
    return { headers: other, body };
  };
}

function addLost(services: Services): Promise<string> {
  return addGeneration(services, [{ type: "answer-lost", problem: problem("unconfirmed") }]);
}
