import { expect, test } from "vitest";
import { findForbiddenNames, findWrongTitles, readNames, readTitles } from "./words";

test("gives every file and every export a name from the list of words", () => {
  const names = readNames(process.cwd());
  expect(names.length).toBeGreaterThan(1_000);
  expect(findForbiddenNames(names)).toEqual([]);
});

test.each([
  ["lib/server/spend/budget.ts", "takeBudget"],
  ["lib/browser/draft/draft.ts", "keepPicture"],
  ["lib/server/requests/bodies.ts", "MOST_HELD"],
  ["components/late-messages.ts", "late-messages"],
  ["tests/e2e/studio.ts", "look"],
  ["lib/server/process/coalesced-answers.ts", "SharedAnswers"],
])("finds the forbidden name %s %s", (file, name) => {
  expect(findForbiddenNames([{ file, name }])).toHaveLength(1);
});

test.each([
  ["lib/models/catalogue.ts", "plateOf"],
  ["lib/server/shares/records.ts", "ShareRecord"],
  ["lib/server/pictures/share-target.ts", "consumeShareTarget"],
])("permits the name %s %s", (file, name) => {
  expect(findForbiddenNames([{ file, name }])).toEqual([]);
});

test("gives every test a title in plain words", () => {
  const titles = readTitles(process.cwd());
  expect(titles.length).toBeGreaterThan(500);
  expect(findWrongTitles(titles)).toEqual([]);
  expect(findWrongTitles([{ file: "a.test.ts", name: "should run" }])).toHaveLength(1);
});
