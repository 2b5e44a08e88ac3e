import "server-only";
import { findModel } from "@/lib/models";
import type { Entry } from "./entries";

const columns = ["time", "model", "usd", "charge", "paid by", "generation", "prompt"];

/** As RFC 4180 has it, beginning with the names of the columns. */
export async function* toCsv(entries: AsyncIterable<Entry>): AsyncGenerator<string> {
  yield toLine(columns);
  for await (const { id, model, usd, status, payer, createdAt, prompt = "" } of entries)
    yield toLine([
      new Date(createdAt).toISOString(),
      findModel(model)?.name ?? model,
      usd.toFixed(6),
      ...[status, payer, id, prompt],
    ]);
}

function toLine(cells: readonly string[]): string {
  return `${cells.map(toCell).join(",")}\r\n`;
}

function toCell(text: string): string {
  // A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
