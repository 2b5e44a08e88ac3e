import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "@/lib/server/database/open";
import { findRecord } from "@/lib/server/generations/records/find";
import { claimDue } from "@/lib/server/generations/records/leases";
import { fillEntries } from "@/lib/server/generations/search/entries";
import { listGenerations } from "@/lib/server/library/list";
import { findShare } from "@/lib/server/shares/records";
import type { Upstream } from "@/lib/server/upstream/target";
import { type DatabaseKind, makeDatabaseUrl } from "../generations/support";

// Each file is a database of an earlier version with a few records, as that version's own migrations made it.
const folder = join(import.meta.dirname, "levels");
const levels = [...new Set(globSync("*.sql", { cwd: folder }).map((file) => file.split(".")[0]))]
  .filter((level) => level !== undefined)
  .toSorted();

const ids = [1, 2, 3, 4, 5].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const AFTER = 1_764_000_600_000;

/** Tests that a database of every earlier version can be opened, and that its records go on. */
export function testLevels(kind: DatabaseKind): void {
  test.each(levels)("%s is brought up to date, and its records go on", async (level) => {
    const url = await makeDatabaseUrl(kind);
    await execute(url, await readFile(join(folder, `${level}.${kind}.sql`), "utf8"));
    const fresh = await makeDatabaseUrl(kind);
    await (await openDatabase(fresh)).close();

    const db = await openDatabase(url);
    onTestFinished(() => db.close());
    while (await fillEntries(db));

    expect(await describeTables(url)).toEqual(await describeTables(fresh));
    const records = await Promise.all(ids.map((id) => findRecord(db, id)));
    expect(records.map((record) => record?.state.status)).toEqual([
      ...["done", "queued", "archiving", "failed", "unconfirmed"],
    ]);
    const upstream = { kind: "compatible" } as Upstream;
    const wish = { limit: 10, origin: "http://localhost:3000" };
    const found = await listGenerations({ db, upstream }, "ann", { ...wish, q: "coffee" });
    expect(found.items.map(({ id }) => id)).toEqual([ids[1]]);
    const all = await listGenerations({ db, upstream }, "ann", wish);
    expect(all.items.map(({ id }) => id)).toEqual(ids.slice(0, 4).toReversed());
    for (const [lane, id] of [["poll", ids[1]] as const, ["download", ids[2]] as const]) {
      const due = await claimDue(db, { holder: "server", now: AFTER, lane, limit: 5 });
      expect(due.map((record) => record.id)).toEqual([id]);
    }
    const hasLinks = level !== levels[0];
    expect(await findShare(db, "a-link-that-is-out-0001")).toEqual(
      hasLinks ? expect.objectContaining({ generationId: ids[0], views: 7 }) : undefined,
    );
  });
}

async function execute(url: string, statements: string): Promise<void> {
  if (url.startsWith("file:")) {
    const database = new Sqlite(url.slice("file:".length));
    database.exec(statements);
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statements);
  await client.end();
}

function withoutLayout(row: unknown): unknown {
  return JSON.parse(JSON.stringify(row).replaceAll(/(\\n|\s)+/g, " "));
}

/** Columns by name, because a column that was added later stands at the end. */
async function describeTables(url: string): Promise<unknown[]> {
  if (url.startsWith("file:")) {
    const database = new Sqlite(url.slice("file:".length), { readonly: true });
    try {
      const all = (statement: string) => database.prepare(statement).all();
      return [
        all(`select m.name, c.name as column, c.type, c."notnull", c.pk from sqlite_master m
          join pragma_table_info(m.name) c where m.type = 'table' order by 1, 2`),
        all(
          `select name, sql from sqlite_master where type in ('index', 'trigger') order by 1`,
        ).map(withoutLayout),
        all("select name from kysely_migration order by 1"),
      ];
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const read = async (statement: string) => (await client.query(statement)).rows;
    return [
      await read(`select table_name, column_name, data_type, is_nullable
        from information_schema.columns where table_schema = 'public' order by 1, 2`),
      await read(
        "select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1",
      ),
      await read("select name from kysely_migration order by 1"),
    ];
  } finally {
    await client.end();
  }
}
