import { hostname } from "node:os";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noteServerSeen } from "@/lib/server/database/servers";
import { joinServers } from "@/lib/server/join-servers";
import { startScriptedUpstream } from "./generations/scripted-upstream";
import { openServer } from "./generations/support";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

async function open(kind: "sqlite" | "postgres") {
  const { services } = await openServer(kind, await startScriptedUpstream());
  return { db: services.db, serverId: `${hostname()}:${process.pid}:own` };
}

test("a server with a local fal of its own refuses to be one of several", async () => {
  const { db, serverId } = await open("postgres");
  await noteServerSeen(db, "elsewhere:1:other");
  const now = performance.now();
  vi.spyOn(performance, "now")
    .mockReturnValueOnce(now)
    .mockReturnValue(now + 16_000);
  await expect(joinServers({ db, serverId, upstream: { kind: "local" } })).rejects.toThrow(
    /Another server \(elsewhere\).*npm run local-fal.*FAL_UPSTREAM/,
  );
});

test("servers with the same upstream join each other", async () => {
  const { db, serverId } = await open("postgres");
  await noteServerSeen(db, "elsewhere:1:other");
  await joinServers({ db, serverId, upstream: { kind: "compatible" } });
});

test("a server that has ended without a word does not count", async () => {
  const { db, serverId } = await open("postgres");
  await noteServerSeen(db, `${hostname()}:4194304:dead`);
  await noteServerSeen(db, "elsewhere:1:long-ago", Date.now() - 20_000);
  await joinServers({ db, serverId, upstream: { kind: "local" } });
});

test("on SQLite there is one server", async () => {
  const { db, serverId } = await open("sqlite");
  await noteServerSeen(db, "elsewhere:1:other");
  await joinServers({ db, serverId, upstream: { kind: "local" } });
});
