import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { problem } from "@/lib/problems";
import { report } from "@/lib/server/generations/records/report";
import { startScriptedUpstream } from "../server/generations/scripted-upstream";
import { addGeneration, databaseKinds, openServer } from "../server/generations/support";

const run = promisify(execFile);

test.each(databaseKinds)("the doctor names on %s what runs wait for", async (kind) => {
  const { services, clock, url } = await openServer(kind, await startScriptedUpstream());
  const minute = 60_000;
  const accepted = { type: "accepted", requestId: "request-1" } as const;
  const unheard = { type: "unheard", problem: problem("result_key_refused") } as const;
  clock.now -= 50 * minute;
  const refused = await addGeneration(services, [accepted, unheard]);
  const slow = await addGeneration(services, [accepted]);
  clock.now += minute;
  const laterRefused = await addGeneration(services, [accepted, unheard]);
  clock.now = Date.now();
  await addGeneration(services, [accepted]);
  for (const id of [refused, laterRefused]) await report(services, id, unheard);

  const { stdout } = await run("node", ["--conditions=react-server", "scripts/doctor.ts"], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: url,
      SESSION_SECRET: "s".repeat(32),
      NODE_ENV: "test",
    },
  });

  expect(stdout).toContain(
    `2 runs wait, since 50 minutes at most: fal no longer takes the key that they were started with: check FAL_KEY. The oldest: ${refused}.`,
  );
  expect(stdout).toContain(
    `1 run waits, since 50 minutes at most: nothing is known to be wrong. The oldest: ${slow}.`,
  );
  expect(stdout).not.toContain("postgres:postgres@");
});
