import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** All that an app keeps: its rows but for the counters of its rates, and its media by name, size and time. */
export type Snapshot = { records: string; media: string };

export function watchStore(folder: string) {
  const database = new Database(join(folder, "firstframe.db"), { readonly: true });
  const tables = database
    .prepare<[], { name: string }>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'rates' order by name",
    )
    .all()
    .map(({ name }) => database.prepare(`select * from "${name}" order by 1`));
  return {
    take(): Snapshot {
      const hash = createHash("sha256");
      for (const table of tables) hash.update(JSON.stringify(table.all()));
      return { records: hash.digest("hex"), media: listMedia(join(folder, "media")) };
    },
    [Symbol.dispose]: () => void database.close(),
  };
}

function listMedia(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .toSorted()
    .map((name) => ({ name, stat: statSync(join(folder, name)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ name, stat }) => `${name} ${stat.size} ${stat.mtimeMs}`)
    .join("\n");
}
