import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { startAppServer } from "./app-server";

const run = promisify(execFile);

test("the figures of a built server tell what all of its parts have counted", async () => {
  const METRICS_TOKEN = "a-token-of-the-operator";
  const app = await startAppServer({ METRICS_TOKEN });
  const ask = (authorization: string) =>
    fetch(`${app.origin}/api/metrics`, { headers: { authorization } });
  expect((await ask("Bearer wrong")).status).toBe(403);
  // The start counts the requests, and each route its refusals: Next bundles them apart.
  const read = async () => (await ask(`Bearer ${METRICS_TOKEN}`)).text();
  await expect
    .poll(read)
    .toContain('firstframe_request_seconds_count{route="/api/metrics",status="4xx"} 1');
  const text = await read();
  expect(text).toContain('firstframe_refusals_total{reason="call_refused"} 1');
  expect(text).toContain("firstframe_database_up 1");
  await app.stop();
});

test("the built folder brings the commands of the operator along, away from the project", async () => {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-built-"));
  try {
    const built = join(folder, "app");
    await cp(".next/standalone", built, { recursive: true, verbatimSymlinks: true });
    const DATABASE_URL = `file:${join(folder, "firstframe.db")}`;
    const MEDIA_URL = `file:${join(folder, "media")}`;
    // The server makes the tables.
    const app = await startAppServer({ DATABASE_URL, MEDIA_URL });
    const admin = (...args: string[]) =>
      run(
        process.execPath,
        ["--conditions=react-server", join(built, "scripts/admin.ts"), ...args],
        {
          cwd: folder,
          env: { NODE_ENV: "production", PATH: process.env.PATH, DATABASE_URL, MEDIA_URL },
        },
      );
    const backup = await admin("backup", join(folder, "backup"));
    expect(backup.stdout).toContain("0 videos, 0 files");
    expect((await admin("check")).stdout).toContain("Records and files fit together.");
    await app.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
