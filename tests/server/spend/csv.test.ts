import { expect, test } from "vitest";
import { toCsv } from "@/lib/server/spend/csv";

test.each([
  ["=1+1", "'=1+1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t'=1"],
  ["a\n=1+1", "a\n'=1+1"],
  ["a\r\n-1", "a\r\n'-1"],
  ["a;=HYPERLINK(1)", "a;'=HYPERLINK(1)"],
  ["a; +1", "a; '+1"],
  ['a;"=1', `a;""'=1`],
  ["＝1", "'＝1"],
  ["a slow pan, -10% speed; then = rest", "a slow pan, -10% speed; then = rest"],
])("writes no cell that a spreadsheet runs as a formula: %j", async (prompt, cell) => {
  const lines = await Array.fromAsync(toCsv(listOne(prompt)));
  expect(lines[1]?.endsWith(`,"${cell}"\r\n`)).toBe(true);
});

async function* listOne(prompt: string) {
  const base = { id: "1", model: "m", usd: 1, status: "reserved", payer: "server" } as const;
  yield {
    ...base,
    createdAt: 0,
    day: "2026-01-01",
    run: { prompt, hasPicture: false, isAccepted: true },
  };
}
