import { rm, writeFile } from "node:fs/promises";
import { sql } from "kysely";
import { afterEach, describe, expect, test, vi } from "vitest";
import { GET } from "@/app/api/ready/route";
import { vitalSigns } from "@/lib/server/process/vital-signs";
import { openChecks } from "@/lib/server/readiness";
import { startTcpProxy } from "./database/tcp-proxy";
import { startScriptedUpstream } from "./generations/scripted-upstream";
import {
  databaseKinds,
  makeDatabaseUrl,
  makeFolder,
  openServer,
  openTestServices,
  serveRoutesWith,
} from "./generations/support";

const TOKEN = "a token of sixteen characters";

const env = vi.hoisted(() => ({ METRICS_TOKEN: "" }));
vi.mock("@/lib/server/env", async (original) => {
  const real = await original<typeof import("@/lib/server/env")>();
  return { ...real, getEnv: () => ({ ...real.getEnv(), ...env }) };
});

afterEach(() => {
  Object.assign(vitalSigns(), { phase: "running", watcherTurnedAt: undefined });
});

describe.each(databaseKinds)("on %s", (kind) => {
  test("a server that can do its work is ready", async () => {
    await open(kind);
    expect(await ask()).toMatchObject({ code: 200, status: "ready" });
  });

  test("names missing migrations", async () => {
    const { services } = await open(kind);
    await sql`delete from kysely_migration where name = '0018-servers'`.execute(services.db.query);
    expect(await ask()).toMatchObject({ code: 503, failing: ["migrations"] });
    const { parts } = await ask(TOKEN);
    expect(parts.migrations.reason).toContain("0018-servers");
  });
});

test("names the database that is away", async () => {
  const proxy = await startTcpProxy(await makeDatabaseUrl("postgres"));
  const services = await openTestServices(await startScriptedUpstream(), {
    ...{ url: proxy.url, mediaFolder: await makeFolder(), clock: { now: Date.now() } },
  });
  serveRoutesWith(services);
  proxy.cut();
  expect((await ask()).failing).toContain("database");
});

test("names the store that cannot be written, and says why only to those who know the token", async () => {
  const { mediaFolder } = await open("sqlite");
  await rm(mediaFolder, { recursive: true });
  await writeFile(mediaFolder, "");
  const answer = await ask();
  expect(answer).toMatchObject({ code: 503, failing: expect.arrayContaining(["media"]) });
  expect(answer).not.toHaveProperty("parts");
  expect(await ask("another token of some length")).not.toHaveProperty("parts");
  expect((await ask(TOKEN)).parts.media.reason).toContain("ENOTDIR");
});

test("names the watcher that reads nothing", async () => {
  await open("sqlite");
  vitalSigns().watcherTurnedAt = performance.now() - 5_000;
  expect(await ask()).toMatchObject({ code: 503, failing: ["watcher"] });
});

test("is not ready while it closes", async () => {
  await open("sqlite");
  vitalSigns().phase = "closing";
  expect(await ask()).toMatchObject({ code: 503, status: "closing" });
});

test("does not begin a check again that hangs", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  let begun = 0;
  const { check } = openChecks({
    media: () => {
      begun += 1;
      return new Promise(() => {});
    },
  });
  const first = check();
  await vi.advanceTimersByTimeAsync(2_500);
  expect((await first).media?.ok).toBe(false);
  await vi.advanceTimersByTimeAsync(5_000);
  expect((await check()).media).toMatchObject({
    ok: false,
    reason: "The check before has not ended",
  });
  expect(begun).toBe(1);
  vi.useRealTimers();
});

async function open(kind: "sqlite" | "postgres") {
  const server = await openServer(kind, await startScriptedUpstream());
  serveRoutesWith(server.services);
  return server;
}

async function ask(token?: string) {
  env.METRICS_TOKEN = TOKEN;
  const headers = new Headers(token === undefined ? [] : [["authorization", `Bearer ${token}`]]);
  const answer = await GET(new Request("http://localhost:3000/api/ready", { headers }), {});
  return { code: answer.status, ...(await answer.json()) };
}
