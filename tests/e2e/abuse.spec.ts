import { runAbuse } from "../abuse/run.ts";
import type { SceneOptions } from "../abuse/stage.ts";
import { expect, test } from "./fixtures.ts";

const alone: SceneOptions = { storage: "sqlite", servers: 1, gateway: false };
const behindGateway: SceneOptions = { storage: "postgres", servers: 2, gateway: true };

test("refuses every attempt on the list, and none of them reaches the upstream or changes anything", async () => {
  test.setTimeout(180_000);
  const { tried, figures, ...faults } = await runAbuse({ scene: alone, isShort: true });
  expect(faults).toEqual({ effective: [], misanswered: [], leaks: [] });
  expect(tried).toBeGreaterThan(1000);
});

for (const [name, scene] of Object.entries({
  "on one server": alone,
  "on two servers behind a reverse proxy": behindGateway,
})) {
  test(`refuses what takes long to try as well, ${name}`, { tag: "@long" }, async () => {
    test.setTimeout(1_800_000);
    const { tried, figures, ...faults } = await runAbuse({ scene });
    expect(faults).toEqual({ effective: [], misanswered: [], leaks: [] });
    expect(figures.usdThrough).toBe(0);
    expect(tried).toBeGreaterThan(1112);
  });
}
