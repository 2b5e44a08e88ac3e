import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { insertRecord } from "@/lib/server/generations/records/insert";
import {
  claimDue,
  makeServerId,
  releaseLeasesOfTheDead,
} from "@/lib/server/generations/records/leases";
import type { Services } from "@/lib/server/services";
import {
  type DatabaseKind,
  databaseKinds,
  makeDatabaseUrl,
  makeFolder,
  openTestServices,
} from "../support";

const { pid: deadPid } = spawnSync(process.execPath, ["--version"]);
const gone: [who: string, holder: string][] = [
  ["a process of this machine that is gone", `${hostname()}:${deadPid}:x`],
  ["an earlier process with its own number", `${hostname()}:${process.pid}:x`],
];
const alive: [who: string, holder: string][] = [
  ["a process of this machine that runs", `${hostname()}:${process.ppid}:x`],
  ["a process of another machine", `elsewhere:${deadPid}:x`],
];

describe.each(databaseKinds)("a server that starts on %s", (kind) => {
  test.each(gone)("takes over the leases of %s at once", async (_, holder) => {
    expect(await claimAfterStart(kind, holder)).toHaveLength(1);
  });

  test.each(alive)("does not touch the leases of %s", async (_, holder) => {
    expect(await claimAfterStart(kind, holder)).toHaveLength(0);
  });
});

async function claimAfterStart(kind: DatabaseKind, holder: string) {
  const [url, mediaFolder] = await Promise.all([makeDatabaseUrl(kind), makeFolder()]);
  const services = await openTestServices(
    { base: "http://127.0.0.1:9" },
    { url, mediaFolder, clock: { now: 1_000 } },
  );
  await addHeld(services, holder);
  const server = { ...services, serverId: makeServerId() };
  await releaseLeasesOfTheDead(server);
  return claimDue(server.db, { holder: server.serverId, now: 2_000, lane: "poll", limit: 8 });
}

async function addHeld({ db }: Services, holder: string) {
  await insertRecord(
    db,
    {
      id: crypto.randomUUID(),
      owner: "ann",
      click: crypto.randomUUID(),
      digest: "",
      model: "fal-ai/minimax-video",
      input: { prompt: "a rocket", prompt_optimizer: true },
      usd: 0.5,
      createdAt: 1_000,
      outgoing: { sent: "{}", origin: "http://localhost:3000" },
      lease: { holder, until: 31_000 },
    },
    {},
  );
}
