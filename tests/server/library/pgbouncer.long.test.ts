import { expect, inject, onTestFinished, test, vi } from "vitest";
import { followOtherServers } from "@/lib/server/library/events/other-servers";
import { openLibraryStream } from "@/lib/server/library/events/stream";
import { pgBouncer, startPgBouncer } from "../../pgbouncer";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  addGeneration,
  makeDatabaseUrl,
  makeFolder,
  openTestServices,
} from "../generations/support";
import { readEvents } from "./read-events";

const refused = { type: "refused", problem: { code: "not_sent", charged: "no" } } as const;

test.skipIf(!pgBouncer)(
  "behind PgBouncer in transaction mode changes are read each second, and told at once past it (skipped where there is no pgbouncer)",
  async () => {
    const direct = await makeDatabaseUrl("postgres");
    const pooler = await startPgBouncer(inject("postgresUrl"));
    onTestFinished(() => pooler.stop());
    const url = `${pooler.url}${new URL(direct).pathname}`;
    const [upstream, mediaFolder] = [await startScriptedUpstream(), await makeFolder()];
    const clock = { now: Date.now() };
    const one = await openTestServices(upstream, { url, mediaFolder, clock });
    const other = await openTestServices(upstream, { url, mediaFolder, clock });
    const client = { owner: "ann", session: "anns", origin: "http://localhost:3000" };
    const events = readEvents(openLibraryStream(other, client));

    const pooled = followOtherServers(other, url);
    for (let n = 0; n < 5; n++) {
      const id = await addGeneration(one, [refused]);
      while ((await events.next())?.data.id !== id);
    }
    expect(pooled.isListening()).toBe(false);
    await pooled.stop();

    const past = followOtherServers(other, direct);
    onTestFinished(() => past.stop());
    await vi.waitFor(() => expect(past.isListening()).toBe(true), 10_000);
    const id = await addGeneration(one, [refused]);
    while ((await events.next())?.data.id !== id);
  },
);
