import { type AbuseOptions, runAbuse } from "../abuse/run.ts";
import { expect, test } from "./fixtures.ts";

test("refuses every attempt on the list, and none of them reaches the upstream or changes anything", async () => {
  test.setTimeout(180_000);
  expect(await tryAll({ length: "quick" })).toBeGreaterThan(950);
});

test("refuses what needs servers of its own as well", { tag: "@long" }, async () => {
  test.setTimeout(600_000);
  expect(await tryAll({ length: "short" })).toBeGreaterThan(1100);
});

async function tryAll(options: Pick<AbuseOptions, "length">): Promise<number> {
  const scene = { storage: "sqlite", servers: 1, gateway: false } as const;
  const { tried, figures, ...faults } = await runAbuse({ ...options, scene });
  expect(faults).toEqual({ effective: [], misanswered: [], leaks: [] });
  expect(figures.usdThrough).toBe(0);
  return tried;
}
