import { type Compilable, CompiledQuery, sql } from "kysely";
import { describe, expect, test } from "vitest";
import { insertRecord } from "@/lib/server/generations/records/insert";
import { searchQuery } from "@/lib/server/generations/search/search";
import { listGenerations } from "@/lib/server/library/list";
import type { Services } from "@/lib/server/services";
import {
  databaseKinds,
  makeDatabaseUrl,
  makeFolder,
  openTestServices,
} from "../generations/support";

const origin = "http://localhost:3000";

describe.each(databaseKinds)("the library on %s", (kind) => {
  test("lists each generation once, newest first, page by page", async () => {
    const services = await openServices(kind);
    // Four have the same millisecond, so the order must not depend on the time alone.
    for (let index = 0; index < 11; index++) await addGeneration(services, "ann", index >> 2);

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listGenerations(services, "ann", { cursor, limit: 3, origin });
      seen.push(...page.items.map(({ createdAt, id }) => `${createdAt} ${id}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);

    expect(seen).toHaveLength(11);
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
  });

  test("reads only through an index, with 1,000 generations as with 100,000", async () => {
    const services = await openServices(kind);
    const { id } = await addGeneration(services, "ann", 1_000_000_000);
    const plans: string[] = [];
    let count = 1;
    for (const wanted of [1_000, 100_000]) {
      await multiply(services, id, count, wanted);
      count = wanted;
      for (const after of [undefined, { createdAt: 999_999_500, id }]) {
        const page = searchQuery(services.db, "ann", { wanted: [], filter: {}, after, limit: 25 });
        expect(await page.execute()).toHaveLength(25);
        plans.push(await explain(services, page));
      }
    }
    expect(plans[0]).toContain("generations_library");
    // A sort would read all rows, and a plan that depends on their number would become slow at some size.
    expect(plans.join()).not.toMatch(/sort|temp b-tree|seq scan/i);
    expect(plans.slice(2)).toEqual(plans.slice(0, 2));
  });

  test("shows an owner nothing of another's", async () => {
    const services = await openServices(kind);
    await addGeneration(services, "ann", 1);

    expect(await listGenerations(services, "bob", { limit: 24, origin })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  test.each([
    "",
    "x",
    "W10",
    Buffer.from("[1]").toString("base64url"),
    Buffer.from('[1,"x"]').toString("base64url"),
    Buffer.from(`[-1,"${crypto.randomUUID()}"]`).toString("base64url"),
    Buffer.from(`["1; drop table generations","${crypto.randomUUID()}"]`).toString("base64url"),
  ])("refuses the cursor %j", async (cursor) => {
    const services = await openServices(kind);
    const listed = listGenerations(services, "ann", { cursor, limit: 24, origin });
    await expect(listed).rejects.toMatchObject({ code: "bad_request" });
  });
});

async function openServices(kind: (typeof databaseKinds)[number]) {
  const [url, mediaFolder] = await Promise.all([makeDatabaseUrl(kind), makeFolder()]);
  return openTestServices({ base: "http://127.0.0.1:9" }, { url, mediaFolder, clock: { now: 0 } });
}

async function addGeneration({ db }: Services, owner: string, createdAt: number) {
  const id = crypto.randomUUID();
  await insertRecord(
    db,
    {
      id,
      owner,
      click: crypto.randomUUID(),
      digest: "",
      model: "fal-ai/minimax-video",
      input: { prompt: "a rocket", prompt_optimizer: true },
      usd: 0.5,
      createdAt,
      outgoing: { sent: "{}", origin: "http://localhost:3000" },
      lease: { holder: "test", until: 0 },
    },
    {},
  );
  return { id };
}

const COPIED_AT_ONCE = 20_000;

/** Copies a generation until there are this many, each copy a millisecond older than the previous one. */
async function multiply({ db }: Services, id: string, from: number, wanted: number) {
  for (let first = from; first < wanted; first += COPIED_AT_ONCE) {
    const last = Math.min(first + COPIED_AT_ONCE, wanted) - 1;
    await sql`
      with recursive n(i) as (select cast(${first} as integer) union all select i + 1 from n where i < ${last})
      insert into generations (id, owner, click, digest, model, input, usd, state, revision, created_at, checks)
      select 'copy-' || cast(i as text), owner, 'copy-' || cast(i as text), digest, model, input, usd, state,
        revision, created_at - i, checks
      from generations, n where id = ${id}`.execute(db.query);
  }
  await sql`analyze`.execute(db.query);
}

/** Returns a query plan without the estimated numbers of rows. */
async function explain({ db }: Services, page: Compilable): Promise<string> {
  const { sql: text, parameters } = page.compile();
  const command = db.kind === "sqlite" ? "explain query plan" : "explain";
  const { rows } = await db.query.executeQuery(
    CompiledQuery.raw(`${command} ${text}`, [...parameters]),
  );
  return JSON.stringify(rows).replace(/\d+(\.\d+)?/g, "#");
}
