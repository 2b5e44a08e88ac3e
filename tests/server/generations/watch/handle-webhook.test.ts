import { describe, expect, test } from "vitest";
import { problem } from "@/lib/problems";
import { LEASE_MS } from "@/lib/server/generations/records/leases";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { handleWebhook } from "@/lib/server/generations/watch/handle-webhook";
import type { Services } from "@/lib/server/services";
import { readWebhook } from "@/lib/server/upstream/webhook";
import { startLocalUpstream } from "../local-upstream";
import { blocked, completed, file, resultAt, startScriptedUpstream } from "../scripted-upstream";
import {
  addGeneration,
  type DatabaseKind,
  databaseKinds,
  makeClick,
  openServer,
  requireClick,
  requireRecord,
  submitAndFind,
  watchToEnd,
} from "../support";
import { makeVideo } from "../videos";
import { type Signed, startReceiver } from "../webhooks";

const videoUrl = "https://v3b.fal.media/files/b/rocket/output.mp4";

describe.each(databaseKinds)("a webhook of the local fal on %s", (kind) => {
  test("finds a run whose answer was lost, and its video is archived", async () => {
    const { upstream, receiver, server } = await openWithReceiver(kind);
    const click = makeClick({ prompt: "a rocket {{fault: answer_lost}}" });
    await expect(submitClick(server.services, click)).rejects.toMatchObject({
      code: "unconfirmed",
    });
    const { id } = await requireClick(server.services, click);

    await receive(server.services, id, await receiver.received(id));

    expect((await watchToEnd(server, id)).state).toMatchObject({ status: "done" });
    expect(upstream.calls("submit")).toHaveLength(1);
    // The repeated click gets this answer, too.
    const again = await (await submitClick(server.services, click)).json();
    expect(again).toMatchObject({ generation_id: id });
    expect(upstream.calls("submit")).toHaveLength(1);
  });

  test("finds a run that failed after its answer was lost, and reports why", async () => {
    const { receiver, server } = await openWithReceiver(kind);
    const prompt = "a rocket {{fault: answer_lost, content_policy_violation}}";
    const click = makeClick({ prompt });
    await submitClick(server.services, click).catch(() => {});
    const { id } = await requireClick(server.services, click);

    await receive(server.services, id, await receiver.received(id));

    expect((await watchToEnd(server, id)).state).toMatchObject({
      status: "failed",
      problem: { code: "prompt_declined" },
    });
  });

  test("changes nothing when it arrives twice or late", async () => {
    const { receiver, server } = await openWithReceiver(kind);
    const prompt = "a rocket {{fault: webhook_twice}}";
    const { id } = await submitAndFind(server.services, makeClick({ prompt }));
    const webhooks = await receiver.received(id, 2);
    await receive(server.services, id, webhooks);
    const record = await watchToEnd(server, id);

    await receive(server.services, id, webhooks);
    await server.watcher.turn();

    expect(record.state.status).toBe("done");
    expect(await requireRecord(server.services, id)).toEqual(record);
  });

  test("is not needed", async () => {
    const { server } = await openWithReceiver(kind);
    const prompt = "a rocket {{fault: webhook_never}}";
    const { id } = await submitAndFind(server.services, makeClick({ prompt }));

    expect((await watchToEnd(server, id)).state.status).toBe("done");
  });
});

describe.each(databaseKinds)("a webhook on %s", (kind) => {
  test("makes the server check the run at once", async () => {
    const upstream = await startScriptedUpstream();
    const { services, clock } = await openServer(kind, upstream);
    const { id, requestId = "" } = await submitAndFind(services, makeClick());
    expect(await requireRecord(services, id)).toMatchObject({ checkAt: clock.now + 1_000 });

    await handleWebhook(services, id, { requestIds: [requestId] });

    expect(await requireRecord(services, id)).toMatchObject({ checkAt: clock.now });
  });

  test("of another run, or of an unknown generation, changes nothing", async () => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);
    const { id } = await submitAndFind(services, makeClick());
    const before = await requireRecord(services, id);

    await handleWebhook(services, id, { requestIds: ["another-request"] });
    await handleWebhook(services, crypto.randomUUID(), { requestIds: ["another-request"] });

    expect(await requireRecord(services, id)).toEqual(before);
  });

  test("of a request that our key can't read does not change a lost click", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", { status: 404 });
    const { services, watcher } = await openServer(kind, upstream);
    const id = await addLost(services);
    const before = await requireRecord(services, id);

    await handleWebhook(services, id, { requestIds: ["somebody-elses"] });
    expect(await watcher.turn()).toBe(1);

    expect(await requireRecord(services, id)).toMatchObject({
      ...{ state: before.state, claim: [], checkAt: undefined },
    });
    expect(upstream.calls("result")).toEqual([]);
  });

  test("is handled later if the upstream is away", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", { status: 503 }, "torn", { body: "<!doctype html>" }, completed);
    upstream.answer("result", resultAt(videoUrl));
    upstream.answer("file", file(await makeVideo()));
    const server = await openServer(kind, upstream);
    const id = await addLost(server.services);

    await handleWebhook(server.services, id, { requestIds: ["request-1"] });
    for (let second = 0; second < 10; second++) {
      await server.watcher.turn();
      server.clock.now += 1_000;
    }

    expect(await watchToEnd(server, id)).toMatchObject({
      state: { status: "done", requestId: "request-1" },
    });
  });

  test("that arrives before the answer to its submit is lost still counts", async () => {
    const upstream = await startScriptedUpstream();
    const submit = blocked("torn");
    upstream.answer("submit", submit.answer);
    upstream.answer("status", completed);
    upstream.answer("result", resultAt(videoUrl));
    upstream.answer("file", file(await makeVideo()));
    const server = await openServer(kind, upstream);
    const click = makeClick();

    const submitted = submitClick(server.services, click).catch((error: unknown) => error);
    await submit.arrived;
    const { id } = await requireClick(server.services, click);
    await handleWebhook(server.services, id, { requestIds: ["request-1"] });
    submit.release();
    expect(await submitted).toMatchObject({ code: "unconfirmed" });

    await server.watcher.turn();
    expect(await watchToEnd(server, id)).toMatchObject({
      state: { status: "done", requestId: "request-1" },
    });
  });

  test("of a submit whose server died is handled later if the upstream is away", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", { status: 503 }, completed);
    upstream.answer("result", resultAt(videoUrl));
    upstream.answer("file", file(await makeVideo()));
    const server = await openServer(kind, upstream);
    const { services, clock, watcher } = server;
    const dead = { leaseUntil: clock.now + LEASE_MS, isSending: true };
    const id = await addGeneration(services, [], dead);

    await handleWebhook(services, id, { requestIds: ["request-1"] });
    clock.now += LEASE_MS;
    await watcher.turn();
    clock.now += 2_000;
    await watcher.turn();

    expect(await watchToEnd(server, id)).toMatchObject({
      state: { status: "done", requestId: "request-1" },
    });
  });

  test("of a refused click does not make the watcher follow it", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", { status: 404 });
    const { services, watcher } = await openServer(kind, upstream);
    const refusal = { type: "refused", problem: problem("rate_limited") } as const;
    const id = await addGeneration(services, [refusal]);
    const { state } = await requireRecord(services, id);

    await handleWebhook(services, id, { requestIds: ["somebody-elses"] });
    await watcher.turn();

    expect(await requireRecord(services, id)).toMatchObject({ state, checkAt: undefined });
  });

  test("that arrives before the answer to its submit does no harm", async () => {
    const upstream = await startScriptedUpstream();
    const submit = blocked({ body: { request_id: "request-1" } });
    upstream.answer("submit", submit.answer);
    const { services, clock, watcher } = await openServer(kind, upstream);
    const click = makeClick();

    const submitted = submitClick(services, click);
    await submit.arrived;
    const { id } = await requireClick(services, click);
    await handleWebhook(services, id, { requestIds: ["another-request"] });
    expect(await watcher.turn()).toBe(0);
    submit.release();
    await submitted;

    clock.now += 1_000;
    await watcher.turn();
    expect(await requireRecord(services, id)).toMatchObject({
      state: { status: "queued", requestId: "request-1" },
    });
  });
});

async function openWithReceiver(kind: DatabaseKind) {
  const upstream = await startLocalUpstream();
  const receiver = await startReceiver();
  const { base } = upstream;
  const server = await openServer(kind, { base, webhookOrigin: receiver.origin });
  return { upstream, receiver, server };
}

/** Does what the webhook's route does. */
async function receive(services: Services, id: string, webhooks: Signed[]) {
  for (const { headers, body } of webhooks) {
    const read = await readWebhook(headers, async () => body, {
      keys: services.webhookKeys,
      now: services.now(),
    });
    if ("dropped" in read) throw new Error(`The webhook is dropped for its ${read.dropped}`);
    await handleWebhook(services, id, read.report);
  }
}

function addLost(services: Services): Promise<string> {
  return addGeneration(services, [{ type: "answer-lost", problem: problem("unconfirmed") }]);
}
