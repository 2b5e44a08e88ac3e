import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("serves the same font to the pages of the server as to the studio", () => {
  const served = readFileSync("public/fonts/geist-latin.woff2");
  const file = "node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2";
  expect(served.equals(readFileSync(file))).toBe(true);
});
