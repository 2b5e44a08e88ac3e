import "server-only";
import { type Kysely, type SqlBool, sql } from "kysely";
import type { Schema } from "../database/schema.ts";
import { TABLE_NAMES, TABLES, type Table } from "./tables.ts";

export type Row = Record<string, string | number | null>;
type Query = Kysely<Schema>;

const ROWS_AT_ONCE = 200;
const NAMED_AT_MOST = 10;

/** Reads a whole table in the order of its key, a few hundred rows at a time. */
export async function* readPages(query: Query, table: Table): AsyncGenerator<Row[]> {
  const key = keyOf(table);
  let after: Row | undefined;
  for (;;) {
    const rest = after
      ? sql`where (${key}) > (${sql.join(TABLES[table].map((column) => after?.[column]))})`
      : sql``;
    const { rows } = await sql<Row>`select * from ${sql.table(table)} ${rest}
      order by ${key} limit ${sql.lit(ROWS_AT_ONCE)}`.execute(query);
    if (rows.length > 0) yield rows;
    after = rows.at(-1);
    if (!after || rows.length < ROWS_AT_ONCE) return;
  }
}

/** Writes rows, and replaces those that are there with the same key. May be repeated. */
export async function writeRows(query: Query, table: Table, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  await query
    .insertInto(table)
    .values(rows as never)
    .onConflict((conflict) =>
      conflict
        .columns([...TABLES[table]] as never)
        .doUpdateSet((eb) =>
          Object.fromEntries(columns.map((name) => [name, eb.ref(`excluded.${name}` as never)])),
        ),
    )
    .execute();
}

export async function countRows(query: Query, table: Table): Promise<number> {
  const { rows } = await sql<{
    count: number | string;
  }>`select count(*) as count from ${sql.table(table)}`.execute(query);
  return Number(rows[0]?.count ?? 0);
}

export type Comparison = { compared: number; differences: string[]; count: number };

/** Compares every row of one database, after `toExpected`, with another's, and finds rows that only the other has. */
export async function compareRows(
  source: Query,
  target: Query,
  toExpected: (table: Table, row: Row) => Row = (_, row) => row,
): Promise<Comparison> {
  const found: Comparison = { compared: 0, differences: [], count: 0 };
  const note = (difference: string) => {
    found.count += 1;
    if (found.differences.length < NAMED_AT_MOST) found.differences.push(difference);
  };
  for (const table of TABLE_NAMES) {
    let rows = 0;
    for await (const page of readPages(source, table)) {
      const others = await readSame(target, table, page);
      for (const row of page) {
        const other = others.get(nameOf(table, row));
        if (!other) note(`${nameOf(table, row)} is missing`);
        else if (toText(toExpected(table, row)) !== toText(other))
          note(`${nameOf(table, row)} is different`);
      }
      rows += page.length;
    }
    found.compared += rows;
    const more = (await countRows(target, table)) - rows;
    if (more > 0) note(`${table} has ${more} more rows than its source`);
  }
  return found;
}

/** Returns the names of rows of `target` that `source` does not have. */
export async function findOnlyIn(target: Query, source: Query): Promise<string[]> {
  const only: string[] = [];
  for (const table of TABLE_NAMES) {
    for await (const page of readPages(target, table)) {
      const others = await readSame(source, table, page);
      for (const row of page) if (!others.has(nameOf(table, row))) only.push(nameOf(table, row));
    }
  }
  return only;
}

export async function readSame(
  query: Query,
  table: Table,
  rows: readonly Row[],
): Promise<Map<string, Row>> {
  const keys = rows.map((row) => sql`(${sql.join(TABLES[table].map((name) => row[name]))})`);
  const isSame = sql<SqlBool>`(${keyOf(table)}) in (values ${sql.join(keys)})`;
  const found = await sql<Row>`select * from ${sql.table(table)} where ${isSame}`.execute(query);
  return new Map(found.rows.map((row) => [nameOf(table, row), row]));
}

export function nameOf(table: Table, row: Row): string {
  return [table, ...TABLES[table].map((column) => row[column])].join(" ");
}

function keyOf(table: Table) {
  return sql.join(TABLES[table].map((column) => sql.ref(column)));
}

function toText(row: Row): string {
  return JSON.stringify(Object.entries(row).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
