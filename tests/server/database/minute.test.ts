import pg from "pg";
import { expect, test, vi } from "vitest";
import { getLog } from "@/lib/server/log";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  databaseKinds,
  makeClick,
  openServer,
  requireRecord,
  submitAndFind,
} from "../generations/support";

const HALF_SECONDS = 120;

test.each(databaseKinds)("needs few status requests for a run of a minute on %s", async (kind) => {
  const upstream = await startScriptedUpstream();
  upstream.answer("status", { status: 202, body: { status: "IN_PROGRESS" } });
  const { services, watcher, clock } = await openServer(kind, upstream);
  const { id } = await submitAndFind(services, makeClick());
  const warn = vi.spyOn(getLog(), "warn");
  const query = vi.spyOn(pg.Client.prototype, "query");

  for (let n = 0; n < HALF_SECONDS; n++) {
    clock.now += 500;
    // The watcher continues at once if something was due.
    for (let again = 0; again < 20 && (await watcher.turn()) > 0; again++);
  }

  expect(warn.mock.calls).toEqual([]);
  expect(query.mock.calls.length / 60).toBeLessThanOrEqual(10);
  expect(upstream.calls("status").length).toBeLessThan(20);
  const { checkAt = 0, checks } = await requireRecord(services, id);
  expect(Number.isInteger(checkAt)).toBe(true);
  expect(checks).toBeGreaterThan(5);
});
