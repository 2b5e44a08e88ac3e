import { runAbuse } from "../abuse/run.ts";
import { expect, test } from "./fixtures.ts";

test("refuses every attempt on the list, and none of them reaches the upstream or changes anything", async () => {
  test.setTimeout(180_000);
  const { tried, ...faults } = await runAbuse(() => {});
  expect(faults).toEqual({ effective: [], misanswered: [], leaks: [] });
  expect(tried).toBeGreaterThan(150);
});
