import { setImmediate as pause } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { submitClick } from "@/lib/server/generations/submit/submit";
import type { Answer } from "../../../fake-upstream/recorder";
import { startScriptedUpstream } from "../scripted-upstream";
import { makeClick, openServer, requireClick, requireRecord, submitAndFind } from "../support";

const MEGABYTE = 1024 * 1024;

test("a status that never ends is not read completely, and the run goes on", async () => {
  const upstream = await startScriptedUpstream();
  const { services, watcher, clock } = await openServer("sqlite", upstream);
  const { id } = await submitAndFind(services, makeClick());
  let sent = 0;
  const closed = Promise.withResolvers<void>();
  upstream.answer("status", (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const pour = () => {
      while (sent < 200 * MEGABYTE && response.write(Buffer.alloc(MEGABYTE, " "))) sent += MEGABYTE;
    };
    response.on("drain", pour).on("close", closed.resolve);
    pour();
  });

  clock.now += 1_000;
  await watcher.turn();
  await closed.promise;

  // What fits into the buffers of both ends.
  expect(sent).toBeLessThan(64 * MEGABYTE);
  expect((await requireRecord(services, id)).state.status).toBe("queued");
});

test("an answer to a submit that stops in the middle is treated as lost", async () => {
  const upstream = await startScriptedUpstream();
  const begun = Promise.withResolvers<void>();
  const begin: Answer = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"request_id":"req');
    begun.resolve();
  };
  upstream.answer("submit", begin);
  const { services } = await openServer("sqlite", upstream);
  const click = makeClick();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());

  const submitted = submitClick(services, click).catch((error: unknown) => error);
  await begun.promise;
  for (let second = 0; second < 20; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    for (let n = 0; n < 50; n++) await pause();
  }

  expect(await submitted).toMatchObject({ code: "unconfirmed" });
  expect((await requireClick(services, click)).state.status).toBe("unconfirmed");
});
