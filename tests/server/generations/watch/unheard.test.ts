import { describe, expect, onTestFinished, test, vi } from "vitest";
import { chargeOf } from "@/lib/generation";
import { toGeneration } from "@/lib/server/library/present";
import { getLog } from "@/lib/server/log";
import {
  completed,
  file,
  resultAt,
  type ScriptedAnswer,
  startScriptedUpstream,
} from "../scripted-upstream";
import {
  databaseKinds,
  makeClick,
  openServer,
  requireRecord,
  submitAndFind,
  type TestServer,
  watchToEnd,
} from "../support";
import { makeVideo } from "../videos";

const videoUrl = "https://v3b.fal.media/files/b/rocket/output.mp4";
const began = "the upstream does not say what became of a run";
const ended = "the upstream says again what became of a run";

const inProgress: ScriptedAnswer = { status: 202, body: { status: "IN_PROGRESS" } };
const silences: [string, code: string, status: ScriptedAnswer, result: ScriptedAnswer][] = [
  ["whose result answers 503", "result_delayed", completed, { status: 503 }],
  ["whose result answers 401", "result_key_refused", completed, { status: 401 }],
  ["whose status answers 403", "result_key_refused", { status: 403 }, { status: 403 }],
  ["whose line breaks", "result_delayed", "torn", "torn"],
  ["whose result is half of one", "result_delayed", completed, { body: '{"video":' }],
];

describe.each(databaseKinds)("a run on %s", (kind) => {
  test.each(silences)("%s for a long time shows it: %s", async (_, code, status, result) => {
    const { server, upstream, id } = await openRunning(kind);
    const logged = watchLog();
    upstream.answer("status", status);
    upstream.answer("result", result);

    await passSeconds(server, 20);
    expect(await present(server, id)).not.toHaveProperty("problem");
    await passSeconds(server, 200);

    expect(await present(server, id)).toMatchObject({
      status: "running",
      problem: { code, charged: "unknown" },
      cost: { charged: "unknown" },
    });
    expect(logged.warn()).toEqual([[{ generation: id, code }, began]]);

    upstream.answer("status", completed);
    upstream.answer("result", resultAt(videoUrl));
    upstream.answer("file", file(await makeVideo()));
    expect((await watchToEnd(server, id)).state.status).toBe("done");
    expect(logged.info()).toEqual([[{ generation: id, seconds: expect.any(Number) }, ended]]);
    expect(logged.info()[0]?.[0].seconds).toBeGreaterThan(200);
  });

  test("whose state is reported again no longer shows it", async () => {
    const { server, upstream, id } = await openRunning(kind);
    upstream.answer("status", { status: 503 });
    await passSeconds(server, 100);
    expect(await present(server, id)).toHaveProperty("problem");

    upstream.answer("status", inProgress);
    await passSeconds(server, 20);

    expect(await present(server, id)).not.toHaveProperty("problem");
    const { state } = await requireRecord(server.services, id);
    expect(Object.keys(state).toSorted()).toEqual(["requestId", "startedAt", "status"]);
    expect(chargeOf(state)).toBe("unknown");
  });

  test("whose own key can't be unsealed shows that", async () => {
    const { server, id } = await openRunning(kind);
    await server.services.db.query
      .updateTable("generations")
      .set({ own_key: "sealed-with-another-secret" })
      .where("id", "=", id)
      .execute();

    await passSeconds(server, 100);

    expect(await present(server, id)).toMatchObject({ problem: { code: "result_key_lost" } });
  });
});

async function openRunning(kind: (typeof databaseKinds)[number]) {
  const upstream = await startScriptedUpstream();
  upstream.answer("status", inProgress);
  const server = await openServer(kind, upstream);
  const { id } = await submitAndFind(server.services, makeClick());
  await passSeconds(server, 2);
  expect((await requireRecord(server.services, id)).state.status).toBe("running");
  return { server, upstream, id };
}

async function passSeconds({ watcher, clock }: TestServer, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.now += 1_000;
    await watcher.turn();
  }
}

/** Returns the generation as the page gets it. */
async function present({ services }: TestServer, id: string) {
  const record = await requireRecord(services, id);
  const { upstream } = services;
  return toGeneration({ ...record, ownKey: undefined }, { upstream, origin: "http://localhost" });
}

function watchLog() {
  const spies = {
    warn: vi.spyOn(getLog(), "warn").mockImplementation(() => {}),
    info: vi.spyOn(getLog(), "info").mockImplementation(() => {}),
  };
  onTestFinished(() => void vi.restoreAllMocks());
  const entries = (level: keyof typeof spies) => () => {
    const calls = spies[level].mock.calls as unknown as [Record<string, unknown>, string][];
    return calls.filter(([, message]) => level === "warn" || message === ended);
  };
  return { warn: entries("warn"), info: entries("info") };
}
