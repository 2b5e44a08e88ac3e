import { describe, expect, test } from "vitest";
import { takeNews } from "@/lib/server/generations/watch/news";
import { type AcceptedRecord, askRunStatus } from "@/lib/server/generations/watch/status";
import { waitForEnd } from "@/lib/server/generations/watch/wait";
import { startLocalUpstream } from "./local-upstream";
import { completed, resultAt, startScriptedUpstream } from "./scripted-upstream";
import {
  addGeneration,
  databaseKinds,
  makeClick,
  openServer,
  requireRecord,
  submitAndFind,
} from "./support";

const videoUrl = "https://v3b.fal.media/files/b/rocket/output.mp4";
const { signal } = new AbortController();

describe.each(databaseKinds)("who waits for an end on %s", (kind) => {
  test("hears of it when the upstream does, though nobody asks for the status", async () => {
    const upstream = await startLocalUpstream();
    const { services } = await openServer(kind, upstream);
    const record = await submitAndFind(
      services,
      makeClick({ prompt: "a rocket {{fault: slow_start; ms=300}}" }),
    );

    const waiting = [1, 2, 3].map(() => waitForEnd(services, record, signal));

    for (const ended of await Promise.all(waiting)) expect(ended?.state.status).toBe("archiving");
    expect(upstream.calls("stream")).toHaveLength(1);
    expect(upstream.calls("status")).toEqual([]);
  });

  test("hears how a run failed", async () => {
    const upstream = await startLocalUpstream();
    const { services } = await openServer(kind, upstream);
    const prompt = "a rocket {{fault: slow_start; ms=100, content_policy_violation}}";
    const record = await submitAndFind(services, makeClick({ prompt }));

    expect((await waitForEnd(services, record, signal))?.state).toMatchObject({
      status: "failed",
      problem: { code: "prompt_declined" },
    });
  });

  test("hears of it from a webhook where the upstream has no stream", async () => {
    const upstream = await startScriptedUpstream();
    const { services, watcher } = await openServer(kind, upstream);
    const record = (await submitAndFind(services, makeClick())) as AcceptedRecord;
    const waiting = waitForEnd(services, record, signal);
    await askRunStatus(services, record);
    upstream.answer("status", completed);
    upstream.answer("result", resultAt(videoUrl));

    // Less than a second after an answer that said otherwise.
    await takeNews(services, record.id, { requestIds: [record.requestId] });
    await watcher.turn();

    expect((await waiting)?.state.status).not.toBe("queued");
  });

  test("is answered with nothing after a while", async () => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);
    const record = await submitAndFind(services, makeClick());

    expect(await waitForEnd(services, record, signal, 50)).toBeUndefined();
  });

  test("is answered with nothing when it is somebody else's", async () => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);
    const { id } = await submitAndFind(services, makeClick());

    expect(await waitForEnd(services, { id, owner: "eve" }, signal)).toBeUndefined();
    expect(upstream.calls("stream")).toEqual([]);
  });

  test("waits for eight at once at most", async () => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);
    const { id, owner } = await requireRecord(services, await addGeneration(services));
    const leave = new AbortController();

    const waiting = Array.from({ length: 8 }, () =>
      waitForEnd(services, { id, owner }, leave.signal),
    );
    const refused = waitForEnd(services, { id, owner }, leave.signal).then(() => "refused");
    expect(await Promise.race([...waiting, refused])).toBe("refused");

    leave.abort();
    await Promise.all(waiting);
    expect(services.held.size).toBe(0);
  });
});
