import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import Sqlite from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { migrations } from "@/lib/server/database/migrations";
import { openDatabase } from "@/lib/server/database/open";
import { databaseKinds, makeDatabaseUrl, makeFolder } from "../generations/support";

const run = promisify(execFile);
const MOMENTS = 6;
const STATEMENTS = 44;

test("a process that is killed while it creates the tables leaves a database that can be opened", async () => {
  const script = new URL("die-at.ts", import.meta.url).pathname;
  const moments = Array.from(
    { length: MOMENTS },
    (_, n) => 3 + Math.floor((n * STATEMENTS) / MOMENTS),
  );
  for (const moment of moments) {
    const url = await makeDatabaseUrl("sqlite");
    const death = await run("node", [script, url, String(moment)]).catch((error) => error);
    expect(death, `before statement ${moment}`).toMatchObject({ signal: "SIGKILL" });

    const opened = await openDatabase(url);

    expect(await opened.query.selectFrom("generations").selectAll().execute()).toEqual([]);
    await opened.close();
  }
});

describe("a database that an earlier version left half made", () => {
  test("is completed, wherever it stopped", async () => {
    const fresh = await makeDatabaseUrl("sqlite");
    await (await openDatabase(fresh)).close();
    const whole = await describeTables(fresh);
    for (let statements = 1; ; statements++) {
      const url = await makeHalf(statements);
      if (!url) break;
      await (await openDatabase(url)).close();
      expect(await describeTables(url), `after ${statements} statements`).toEqual(whole);
    }
  });
});

describe.each(databaseKinds)("a database of a newer version on %s", (kind) => {
  test("is reported, and not changed", async () => {
    const url = await makeDatabaseUrl(kind);
    await (await openDatabase(url)).close();
    await execute(
      url,
      `insert into kysely_migration values ('9999-holograms', '2030-01-01T00:00:00.000Z')`,
    );
    if (kind === "sqlite") await execute(url, "pragma journal_mode = delete");
    const before = await readAll(url);

    await expect(openDatabase(url)).rejects.toThrow(
      /opened by a newer version of Firstframe.*9999-holograms.*Nothing was written/,
    );

    expect(await readAll(url)).toEqual(before);
  });
});

test("the reason why a database can't be opened is reported in a sentence", async () => {
  const folder = await makeFolder();
  const broken = `file:${folder}`;
  await expect(openDatabase(broken, { startsWithinMs: 0 })).rejects.toThrow(
    /DATABASE_URL \(file:.*stops the start/,
  );
  const url = new URL(await makeDatabaseUrl("postgres"));
  url.password = "wrong-one";
  const refused = await openDatabase(url.href, { startsWithinMs: 0 }).catch((error) => error);
  expect(String(refused)).toMatch(/refuses the user or the password/);
  expect(String(refused)).not.toContain("wrong-one");
  url.port = "1";
  await expect(openDatabase(url.href, { startsWithinMs: 0 })).rejects.toThrow(/can't be reached/);
  const none = new URL("/nobody_made_this", await makeDatabaseUrl("postgres"));
  await expect(openDatabase(none.href, { startsWithinMs: 0 })).rejects.toThrow(
    /no database of that name/,
  );
});

// Later migrations run in one transaction, which the database rolls back if the process dies.
const HALF_MADE = /^000[1-5]/;

/**
 * Makes the database as earlier versions did, statement by statement, up to number `statements`. Returns an empty
 * string if there are fewer.
 */
async function makeHalf(statements: number): Promise<string> {
  const url = await makeDatabaseUrl("sqlite");
  let left = statements;
  const database = new Sqlite(url.slice("file:".length));
  const prepare = database.prepare.bind(database);
  database.prepare = ((source: string) => {
    if (/^(create|alter|drop|insert|update)/.test(source) && left-- <= 0) throw new Error("dead");
    return prepare(source);
  }) as typeof database.prepare;
  const db = new Kysely({ dialect: new SqliteDialect({ database }) });
  const earlier = Object.entries(migrations).filter(([name]) => HALF_MADE.test(name));
  const provider = { getMigrations: async () => Object.fromEntries(earlier) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  await db.destroy();
  return error ? url : "";
}

async function describeTables(url: string): Promise<unknown[]> {
  const database = new Sqlite(url.slice("file:".length), { readonly: true });
  onTestFinished(() => void database.close());
  return [
    ...database.prepare("select name, sql from sqlite_master order by name").all(),
    ...database.prepare("select name from kysely_migration order by name").all(),
  ];
}

async function execute(url: string, statement: string): Promise<void> {
  if (url.startsWith("file:")) {
    const database = new Sqlite(url.slice("file:".length));
    database.exec(statement);
    database.close();
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function readAll(url: string): Promise<unknown> {
  if (url.startsWith("file:")) return readFile(url.slice("file:".length));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "select table_name, column_name from information_schema.columns where table_schema = 'public' order by 1, 2",
  );
  const done = await client.query("select * from kysely_migration order by 1");
  await client.end();
  return [rows, done.rows];
}
