import type { KyselyPlugin } from "kysely";
import { describe, expect, test } from "vitest";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { createWatcher } from "@/lib/server/generations/watch/watcher";
import type { Services } from "@/lib/server/services";
import { startLocalUpstream } from "../local-upstream";
import { startScriptedUpstream } from "../scripted-upstream";
import {
  countRecords,
  databaseKinds,
  makeClick,
  openServer,
  requireClick,
  submitAndFind,
  watchToEnd,
} from "../support";

const ORDINALS = [1, 2, 3, 4, 5, 6];
const STATEMENTS_OF_A_RUN = 16;
// A click that takes longer is considered lost.
const WITHIN_MS = 5_000;

describe.each(databaseKinds)("when %s executes a statement and its answer is lost", (kind) => {
  test.each(ORDINALS)(
    "at statement %i, a click is still sent once",
    async (ordinal) => {
      const upstream = await startScriptedUpstream();
      const { services } = await openServer(kind, upstream);
      const click = makeClick();

      expect(await submitClick(loseAnswer(services, ordinal), click)).toMatchObject({
        status: 200,
      });

      expect(upstream.calls("submit")).toHaveLength(1);
      expect(await countRecords(services)).toBe(1);
      expect(await requireClick(services, click)).toMatchObject({ state: { status: "queued" } });
    },
    WITHIN_MS,
  );

  test.each(ORDINALS)(
    "at statement %i, a click that was refused is sent at most once more",
    async (ordinal) => {
      const upstream = await startScriptedUpstream();
      upstream.answer("submit", { status: 429 }, { body: { request_id: "request-1" } });
      const { services, clock } = await openServer(kind, upstream);
      const click = makeClick();
      await submitClick(services, click);

      const again = submitClick(loseAnswer(services, ordinal), click).catch(() => {});
      // Moves the clock, because some waits end only after a long time.
      const waiting = setInterval(() => {
        clock.now += 100_000;
      }, 300);
      await again.finally(() => clearInterval(waiting));

      expect(upstream.calls("submit").length).toBeLessThanOrEqual(2);
      expect(await countRecords(services)).toBe(1);
    },
    WITHIN_MS,
  );

  test("at any statement, a run still reaches its end", async () => {
    const upstream = await startLocalUpstream();
    const server = await openServer(kind, upstream);
    const { services, clock } = server;

    for (let ordinal = 1; ordinal <= STATEMENTS_OF_A_RUN; ordinal++) {
      const { id } = await submitAndFind(services, makeClick());
      const watcher = createWatcher(loseAnswer(services, ordinal));
      for (let second = 0; second < 3; second++) {
        clock.now += 1_000;
        await watcher.turn().catch(() => {});
      }
      // Longer than the lease of a process that has forgotten its claim.
      clock.now += 60_000;
      expect((await watchToEnd(server, id)).state, `${ordinal}`).toMatchObject({ status: "done" });
    }
    expect(upstream.calls("submit")).toHaveLength(STATEMENTS_OF_A_RUN);
  });
});

/** Returns the same services with a database that executes one statement without answering it. */
function loseAnswer(services: Services, ordinal: number): Services {
  let answers = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (++answers !== ordinal) return result;
      throw Object.assign(new Error("the answer is lost"), { code: "ECONNRESET" });
    },
  };
  return { ...services, db: { ...services.db, query: services.db.query.withPlugin(plugin) } };
}
