import { runAbuse } from "../abuse/run.ts";
import type { SceneOptions } from "../abuse/stage.ts";
import { expect, test } from "./fixtures.ts";

const alone: SceneOptions = { storage: "sqlite", servers: 1, gateway: false };

test("refuses every attempt on the list, and none of them reaches the upstream or changes anything", async () => {
  test.setTimeout(300_000);
  const { tried, figures, ...faults } = await runAbuse({ scene: alone, isShort: true });
  expect(faults).toEqual({ effective: [], misanswered: [], leaks: [] });
  expect(tried).toBeGreaterThan(1000);
});
