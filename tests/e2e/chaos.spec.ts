import { type ChaosOptions, runChaos } from "../chaos/run.ts";
import { expect, test } from "./fixtures.ts";

// `npm run chaos` runs the long form, with a hundred clicks and twenty kills for each storage.
const runs: Pick<ChaosOptions, "storage" | "servers">[] = [
  { storage: "sqlite and disk", servers: 1 },
  { storage: "postgres and s3", servers: 2 },
];

for (const { storage, servers } of runs) {
  test(`loses nothing and sends nothing twice while servers die: ${storage}`, {
    tag: "@long",
  }, async () => {
    test.setTimeout(300_000);
    const report = await runChaos({
      ...{ storage, servers, clicks: 28, kills: 4, visitors: 2, seed: 1 },
      onProgress() {},
    });
    expect(report.faults).toEqual([]);
    expect(report.records).toBe(28);
    expect(report.states.done).toBeGreaterThan(14);
  });
}
