import "server-only";
import { type Kysely, PostgresAdapter, sql } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * Applied in the order of their names, to SQLite and Postgres alike. The result of a released migration never changes.
 * The first five can continue after an interruption, because earlier versions could die in the middle of them.
 */
export const migrations: Record<string, Migration> = {
  "0001-generations": {
    async up(db) {
      await db.schema
        .createTable("generations")
        .ifNotExists()
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("owner", "text", (column) => column.notNull())
        .addColumn("click", "text", (column) => column.notNull())
        .addColumn("digest", "text", (column) => column.notNull())
        .addColumn("model", "text", (column) => column.notNull())
        .addColumn("input", "text", (column) => column.notNull())
        .addColumn("usd", "double precision", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("revision", "integer", (column) => column.notNull())
        .addColumn("request_id", "text")
        .addColumn("claim", "text")
        .addColumn("picture", "text")
        .addColumn("created_at", "bigint", (column) => column.notNull())
        .addColumn("check_at", "bigint")
        .addColumn("checks", "integer", (column) => column.notNull())
        .addColumn("lease_holder", "text")
        .addColumn("lease_until", "bigint")
        .addUniqueConstraint("generations_click", ["owner", "click"])
        .execute();
      await db.schema
        .createIndex("generations_library")
        .ifNotExists()
        .on("generations")
        .columns(["owner", "created_at desc", "id desc"])
        .execute();
      await db.schema
        .createIndex("generations_due")
        .ifNotExists()
        .on("generations")
        .column("check_at")
        .where("check_at", "is not", null)
        .execute();
      await db.schema
        .createIndex("generations_request")
        .ifNotExists()
        .on("generations")
        .column("request_id")
        .execute();
    },
  },
  "0002-shares": {
    async up(db) {
      await db.schema
        .createTable("shares")
        .ifNotExists()
        .addColumn("slug", "text", (column) => column.primaryKey())
        .addColumn("generation_id", "text", (column) => column.notNull())
        .addColumn("owner", "text", (column) => column.notNull())
        .addColumn("created_at", "bigint", (column) => column.notNull())
        .addColumn("expires_at", "bigint")
        .addColumn("revoked_at", "bigint")
        .addColumn("password", "text")
        .addColumn("hide_prompt", "integer", (column) => column.notNull())
        .addColumn("allow_download", "integer", (column) => column.notNull())
        .addColumn("views", "integer", (column) => column.notNull())
        .addColumn("last_seen_at", "bigint")
        .addColumn("reports", "integer", (column) => column.notNull())
        .execute();
      // A generation has one valid link at a time, so a changed option does not change the slug.
      await db.schema
        .createIndex("shares_generation")
        .ifNotExists()
        .on("shares")
        .column("generation_id")
        .unique()
        .where(sql<boolean>`revoked_at is null`)
        .execute();
      await db.schema
        .createIndex("shares_owner")
        .ifNotExists()
        .on("shares")
        .columns(["owner", "created_at desc"])
        .execute();
    },
  },
  "0003-spend": {
    async up(db) {
      if (!(await hasColumn(db, "own_key")))
        await db.schema.alterTable("generations").addColumn("own_key", "text").execute();
      await db.schema
        .createTable("ledger")
        .ifNotExists()
        .addColumn("generation_id", "text", (column) => column.primaryKey())
        .addColumn("owner", "text", (column) => column.notNull())
        .addColumn("day", "text", (column) => column.notNull())
        .addColumn("model", "text", (column) => column.notNull())
        .addColumn("micros", "bigint", (column) => column.notNull())
        .addColumn("payer", "text", (column) => column.notNull())
        .addColumn("status", "text", (column) => column.notNull())
        .addColumn("created_at", "bigint", (column) => column.notNull())
        .addColumn("settled_at", "bigint")
        .execute();
      await db.schema
        .createIndex("ledger_day")
        .ifNotExists()
        .on("ledger")
        .columns(["day", "owner"])
        .execute();
      await db.schema
        .createIndex("ledger_owner")
        .ifNotExists()
        .on("ledger")
        .columns(["owner", "created_at desc", "generation_id desc"])
        .execute();
      // The same table that rate-limiter-flexible would create.
      await db.schema
        .createTable("rates")
        .ifNotExists()
        .addColumn("key", "varchar(255)", (column) => column.primaryKey())
        .addColumn("points", "integer", (column) => column.notNull().defaultTo(0))
        .addColumn("expire", "bigint")
        .execute();
    },
  },
  "0004-usual": {
    async up(db) {
      await db.schema
        .createIndex("generations_model")
        .ifNotExists()
        .on("generations")
        .columns(["model", "created_at desc"])
        .execute();
    },
  },
  "0005-sending": {
    async up(db) {
      await addColumn(db, "generations", "outgoing", "text");
      await addColumn(db, "generations", "sender", "text");
      await addColumn(db, "generations", "sending_at", "bigint");
      await db.schema
        .createIndex("generations_by_click")
        .ifNotExists()
        .on("generations")
        .column("click")
        .execute();
    },
  },
  // Earlier versions planned checks at fractions of a millisecond, which SQLite stores.
  "0007-whole-times": {
    async up(db) {
      await sql`update generations set check_at = cast(check_at as bigint)
        where check_at <> cast(check_at as bigint)`.execute(db);
    },
  },
  "0008-lanes": {
    async up(db) {
      if (!(await hasColumn(db, "lane")))
        await db.schema
          .alterTable("generations")
          .addColumn("lane", "text", (column) => column.notNull().defaultTo("poll"))
          .execute();
      await sql`update generations set lane = 'download'
        where check_at is not null and state like '{"status":"archiving"%'`.execute(db);
      await db.schema
        .createIndex("generations_due_in_lane")
        .ifNotExists()
        .on("generations")
        .columns(["lane", "check_at"])
        .where("check_at", "is not", null)
        .execute();
      await db.schema.dropIndex("generations_due").ifExists().execute();
    },
  },
  "0009-networks": {
    async up(db) {
      await addColumn(db, "generations", "network", "text");
      await addColumn(db, "ledger", "network", "text");
      await db.schema
        .createIndex("ledger_network")
        .ifNotExists()
        .on("ledger")
        .columns(["day", "network"])
        .execute();
    },
  },
  "0010-sessions": {
    async up(db) {
      await db.schema
        .createTable("revoked_sessions")
        .ifNotExists()
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("revoked_at", "bigint", (column) => column.notNull())
        .execute();
    },
  },
  "0011-events": {
    async up(db) {
      await addColumn(db, "generations", "changed_at", "bigint");
      await db.schema
        .createIndex("generations_changed")
        .ifNotExists()
        .on("generations")
        .columns(["changed_at", "owner"])
        .execute();
      await db.schema
        .createTable("deletions")
        .ifNotExists()
        .addColumn("generation_id", "text", (column) => column.primaryKey())
        .addColumn("owner", "text", (column) => column.notNull())
        .addColumn("click", "text", (column) => column.notNull())
        .addColumn("deleted_at", "bigint", (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex("deletions_time")
        .ifNotExists()
        .on("deletions")
        .columns(["deleted_at", "owner"])
        .execute();
    },
  },
  "0012-deleted-clicks": {
    async up(db) {
      await db.schema
        .createIndex("deletions_click")
        .ifNotExists()
        .on("deletions")
        .column("click")
        .execute();
    },
  },
  "0013-search": {
    async up(db) {
      for (const column of ["outcome", "orientation", "title"])
        await addColumn(db, "generations", column, "text");
      await addColumn(db, "generations", "starred_at", "bigint");
      await sql`update generations set outcome = case
        when state like '{"status":"submitting"%' or state like '{"status":"queued"%'
          or state like '{"status":"running"%' then 'running'
        when state like '{"status":"done"%' or state like '{"status":"archiving"%' then 'made'
        else 'not-made' end where outcome is null`.execute(db);
      await writeOrientations(db);
      for (const column of ["outcome", "orientation"]) {
        await db.schema
          .createIndex(`generations_by_${column}`)
          .ifNotExists()
          .on("generations")
          .columns(["owner", column, "created_at desc", "id desc"])
          .execute();
      }
      await db.schema
        .createIndex("generations_starred")
        .ifNotExists()
        .on("generations")
        .columns(["owner", "created_at desc", "id desc"])
        .where(sql<boolean>`starred_at is not null`)
        .execute();
      await (isPostgres(db) ? createSearchInPostgres(db) : createSearchInSqlite(db));
    },
  },
  "0014-removals": {
    async up(db) {
      await db.schema
        .createTable("removals")
        .ifNotExists()
        .addColumn("id", "text", (column) => column.notNull())
        .addColumn("generation_id", "text", (column) => column.notNull())
        .addColumn("owner", "text", (column) => column.notNull())
        .addColumn("generation", "text")
        .addColumn("slug", "text")
        .addColumn("erase_at", "bigint", (column) => column.notNull())
        .addPrimaryKeyConstraint("removals_id", ["id", "generation_id"])
        .execute();
      await db.schema
        .createIndex("removals_due")
        .ifNotExists()
        .on("removals")
        .column("erase_at")
        .execute();
    },
  },
  "0015-sound": {
    async up(db) {
      await addColumn(db, "generations", "has_sound", "bigint");
      await db.schema
        .createIndex("generations_with_sound")
        .ifNotExists()
        .on("generations")
        .columns(["owner", "created_at desc", "id desc"])
        .where(sql<boolean>`has_sound = 1`)
        .execute();
    },
  },
  // The first version with links had no index of them.
  "0016-links-by-owner": {
    async up(db) {
      await db.schema
        .createIndex("shares_owner")
        .ifNotExists()
        .on("shares")
        .columns(["owner", "created_at desc"])
        .execute();
    },
  },
  "0017-retention": {
    async up(db) {
      await addColumn(db, "generations", "remove_at", "bigint");
    },
  },
  "0018-servers": {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("servers")
        .ifNotExists()
        .addColumn("id", "text", (column) => column.primaryKey())
        .addColumn("seen_at", "bigint", (column) => column.notNull())
        .execute();
    },
  },
};

async function writeOrientations(db: Kysely<unknown>): Promise<void> {
  const [width, height] = isPostgres(db)
    ? [sql`(picture::json->>'width')::float`, sql`(picture::json->>'height')::float`]
    : [sql`json_extract(picture, '$.width')`, sql`json_extract(picture, '$.height')`];
  await sql`update generations set orientation = case
    when ${width} > ${height} then 'landscape'
    when ${width} < ${height} then 'portrait'
    else 'square' end where picture is not null and orientation is null`.execute(db);
}

function isPostgres(db: Kysely<unknown>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

async function createSearchInPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`create table if not exists search_entries (
    place bigint primary key,
    generation_id text not null unique,
    owner text not null,
    terms tsvector not null)`.execute(db);
  await sql`create index if not exists search_entries_terms on search_entries using gin (terms)`.execute(
    db,
  );
  await sql`create index if not exists search_entries_owner on search_entries (owner, place desc)`.execute(
    db,
  );
}

async function createSearchInSqlite(db: Kysely<unknown>): Promise<void> {
  await sql`create table if not exists search_entries (
    place integer primary key,
    generation_id text not null unique,
    owner text not null,
    terms text not null)`.execute(db);
  await sql`create virtual table if not exists search_index using fts5(
    owner, terms, content = 'search_entries', content_rowid = 'place',
    tokenize = "unicode61 categories 'L* N* M* Co'")`.execute(db);
  const remove = sql`insert into search_index(search_index, rowid, owner, terms)
    values ('delete', old.place, old.owner, old.terms)`;
  const add = sql`insert into search_index(rowid, owner, terms)
    values (new.place, new.owner, new.terms)`;
  await sql`create trigger if not exists search_entries_added
    after insert on search_entries begin ${add}; end`.execute(db);
  await sql`create trigger if not exists search_entries_removed
    after delete on search_entries begin ${remove}; end`.execute(db);
  await sql`create trigger if not exists search_entries_changed
    after update on search_entries begin ${remove}; ${add}; end`.execute(db);
}

async function addColumn(
  db: Kysely<unknown>,
  table: string,
  column: string,
  type: "text" | "bigint",
): Promise<void> {
  if (!(await hasColumn(db, column, table)))
    await db.schema.alterTable(table).addColumn(column, type).execute();
}

async function hasColumn(
  db: Kysely<unknown>,
  column: string,
  table = "generations",
): Promise<boolean> {
  const tables = await db.introspection.getTables();
  const found = tables.find(({ name }) => name === table);
  return found?.columns.some(({ name }) => name === column) ?? false;
}
