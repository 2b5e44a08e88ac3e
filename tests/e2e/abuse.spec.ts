import { runAbuse } from "../abuse/run.ts";
import { expect, test } from "./fixtures.ts";

// Themes that measure time and memory run only in `npm run abuse`, on a machine that does nothing else.
test("refuses every attempt on the list, and none of them reaches the upstream or changes anything", async () => {
  test.setTimeout(180_000);
  const scene = { storage: "sqlite", servers: 1, gateway: false } as const;
  const { tried, triedPastGateway, figures, ...faults } = await runAbuse({
    scene,
    length: "quick",
  });
  expect(faults).toEqual({ effective: [], misanswered: [], leaks: [] });
  expect(tried).toBeGreaterThan(950);
});
