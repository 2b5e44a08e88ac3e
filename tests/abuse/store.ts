import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import type { Environment } from "../e2e/app-server.ts";
import type { PostgresCluster } from "../postgres.ts";
import type { TestS3 } from "../s3.ts";

/** All that an app keeps: its rows but for the counters of its rates, and its media by name, size and time. */
export type Snapshot = { records: string; media: string };

/** Where one app, on however many servers, keeps what it has. */
export type Store = {
  env: Environment;
  /** Begins to look; the app has made its tables by then. */
  open(): Promise<void>;
  take(): Promise<Snapshot>;
  rows<Row>(query: string): Promise<Row[]>;
  /** Has the watcher leave a run alone. */
  park(id: string): Promise<void>;
  close(): Promise<void>;
};

// Counters, which each attempt may move.
const COUNTERS = /^(rates|sqlite_.*|kysely_.*)$/;

export function openSqliteStore(folder: string): Store {
  let database: Database.Database | undefined;
  const opened = () => {
    database ??= new Database(join(folder, "firstframe.db"), { timeout: 10_000 });
    return database;
  };
  const rows = async <Row>(query: string) => opened().prepare<[], Row>(query).all();
  let tables: string[] = [];
  return {
    env: {
      DATABASE_URL: `file:${join(folder, "firstframe.db")}`,
      MEDIA_URL: `file:${join(folder, "media")}`,
    },
    async open() {
      await mkdir(join(folder, "media"), { recursive: true });
      const found = await rows<{ name: string }>(
        "select name from sqlite_master where type = 'table' order by name",
      );
      tables = found.map(({ name }) => name).filter((name) => !COUNTERS.test(name));
    },
    async take() {
      return { records: await hashTables(tables, rows), media: listFolder(join(folder, "media")) };
    },
    rows,
    async park(id) {
      opened().prepare("update generations set check_at = null where id = ?").run(id);
    },
    async close() {
      database?.close();
    },
  };
}

/** A database and a part of the bucket of its own. */
export async function openCommonStore(
  name: string,
  postgres: PostgresCluster,
  s3: TestS3,
): Promise<Store> {
  const DATABASE_URL = await postgres.createDatabase(name);
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 });
  pool.on("error", () => {});
  const rows = async <Row>(query: string) => (await pool.query(query)).rows as Row[];
  let tables: string[] = [];
  return {
    env: { DATABASE_URL, MEDIA_URL: `s3://${s3.bucket}/${name}`, ...s3.env },
    async open() {
      const found = await rows<{ name: string }>(
        "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
      );
      tables = found.map(({ name }) => name).filter((name) => !COUNTERS.test(name));
    },
    async take() {
      const [records, media] = await Promise.all([hashTables(tables, rows), listObjects(s3, name)]);
      return { records, media };
    },
    rows,
    async park(id) {
      await pool.query("update generations set check_at = null where id = $1", [id]);
    },
    async close() {
      await pool.end();
    },
  };
}

/** Asked without a signature: the test's endpoint gets that of a list wrong, and lets everyone list. */
async function listObjects({ env, bucket }: TestS3, name: string): Promise<string> {
  const query = new URLSearchParams({ "list-type": "2", prefix: `${name}/` });
  const answer = await fetch(`${env.AWS_ENDPOINT_URL_S3}/${bucket}?${query}`);
  const text = await answer.text();
  if (!answer.ok || text.includes("<IsTruncated>true"))
    throw new Error(`The objects can't be listed: ${answer.status} ${text.slice(0, 200)}`);
  const objects = text.matchAll(
    /<Key>(.*?)<\/Key><LastModified>(.*?)<\/LastModified>.*?<Size>(\d+)/g,
  );
  return Array.from(objects, ([, key, changedAt, size]) => `${key} ${size} ${changedAt}`).join(
    "\n",
  );
}

async function hashTables(
  tables: readonly string[],
  rows: (query: string) => Promise<unknown[]>,
): Promise<string> {
  const hash = createHash("sha256");
  for (const table of tables)
    hash.update(JSON.stringify(await rows(`select * from "${table}" order by 1`)));
  return hash.digest("hex");
}

function listFolder(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .toSorted()
    .map((name) => ({ name, stat: statSync(join(folder, name), { throwIfNoEntry: false }) }))
    .filter(({ stat }) => stat?.isFile())
    .map(({ name, stat }) => `${name} ${stat?.size} ${stat?.mtimeMs}`)
    .join("\n");
}
