/** Fills the library of a measurement with copies of its one finished generation. */
import { link, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import Database from "better-sqlite3";
import type { BenchServer } from "./server.ts";

type Copies = {
  id: string;
  /** How many there are already, and how many there shall be. */
  from: number;
  to: number;
  /** How much older each copy is than the previous one. */
  apartMs?: number;
};

/** Returns the statements that make them, for both databases. */
export function copyStatements({ id, from, to, apartMs = 1_000 }: Copies): string[] {
  const numbers = `with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to - 1})`;
  const copyId = `'00000000-0000-4000-8000-' || cast(100000000000 + i as text)`;
  return [
    `${numbers}
    insert into generations (id, owner, click, digest, model, input, usd, state, revision, request_id,
      picture, created_at, checks)
    select ${copyId},
      owner, 'copy-' || cast(i as text), digest, model, input, usd, state, revision,
      'copy-' || cast(i as text), picture, created_at - i * cast(${apartMs} as bigint), checks
    from generations, n where id = '${id}'`,
    // Makes the copies searchable by the words of the one that they are copied from.
    `${numbers}
    insert into search_entries (place, generation_id, owner, terms)
    select place - i * cast(${apartMs * 4_096} as bigint), ${copyId}, owner, terms
    from search_entries, n where generation_id = '${id}'`,
    "analyze",
  ];
}

const HOUR_MS = 3_600_000;
const SIZES = [
  { width: 1280, height: 720 },
  { width: 900, height: 1200 },
  { width: 1024, height: 1024 },
  { width: 1600, height: 1000 },
];

/** Fills the library of a server with films of several shapes, over many days, each with its files. */
export async function fillLibrary(app: BenchServer, films: number): Promise<void> {
  const database = new Database(path.join(app.dataDir, "firstframe.db"));
  const copies = { id: app.generationId, from: 1, to: films, apartMs: 2.5 * HOUR_MS };
  for (const statement of copyStatements(copies)) database.exec(statement);
  const rows = database.prepare("select id from generations").all() as { id: string }[];
  const resize = database.prepare("update generations set picture = ? where id = ?");
  database.transaction(() => {
    for (const [at, { id }] of rows.entries())
      resize.run(JSON.stringify(SIZES[at % SIZES.length]), id);
  })();
  database.close();
  const media = path.join(app.dataDir, "media");
  const names = await readdir(path.join(media, app.generationId));
  for (const { id } of rows) {
    if (id === app.generationId) continue;
    await mkdir(path.join(media, id), { recursive: true });
    for (const name of names)
      await link(path.join(media, app.generationId, name), path.join(media, id, name));
  }
}
