import "server-only";
import { findModel } from "@/lib/models";
import type { Entry } from "./entries";

const columns = ["time", "model", "usd", "charge", "paid by", "generation", "prompt"];

/** Writes CSV (RFC 4180). The first line has the names of the columns. */
export async function* toCsv(entries: AsyncIterable<Entry>): AsyncGenerator<string> {
  yield toLine(columns);
  for await (const { id, model, usd, status, payer, createdAt, run } of entries)
    yield toLine([
      new Date(createdAt).toISOString(),
      findModel(model)?.name ?? model,
      usd.toFixed(6),
      ...[status, payer, id, run?.prompt ?? ""],
    ]);
}

function toLine(cells: readonly string[]): string {
  return `${cells.map(toCell).join(",")}\r\n`;
}

// A spreadsheet runs a cell that begins with one of these signs as a formula. Some languages separate cells by semicolons
// and ignore our quotes, so each part and each line of a cell may begin a new cell.
const FORMULA = /(^|[\r\n;\t\v\f\u0085\u2028\u2029])([\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

function toCell(text: string): string {
  const harmless = text.replace(FORMULA, "$1$2'").replace(/^(?=[\t\r])/, "'");
  return `"${harmless.replaceAll('"', '""')}"`;
}
