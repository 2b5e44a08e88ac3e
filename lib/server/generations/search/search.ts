import "server-only";
import { sql } from "kysely";
import type { Database } from "../../database/database";
import { placeAt, toOwnerTerm } from "./entries.ts";
import type { Wanted } from "./terms";

/** Every condition must hold. Times are milliseconds since 1970: from `from` on, before `to`. */
export type LibraryFilter = {
  isStarred?: boolean;
  isShared?: boolean;
  hasSound?: boolean;
  outcome?: "running" | "made" | "not-made";
  orientation?: "landscape" | "portrait" | "square";
  model?: string;
  from?: number;
  to?: number;
};

export type Search = {
  wanted: readonly Wanted[];
  filter: LibraryFilter;
  after?: { createdAt: number; id: string };
  limit: number;
  /** Looks only at so many of the entries after the cursor. */
  among?: number;
};

// Postgres can't tell how many entries a beginning of a word finds. The newest ones answer most searches at once.
const NEWEST = 2_000;

/** Lists the rows of the owner's generations that a search finds, newest first. */
export async function search(db: Database, owner: string, wish: Search) {
  if (db.kind === "postgres" && wish.wanted.length > 0) {
    const rows = await searchQuery(db, owner, { ...wish, among: NEWEST }).execute();
    if (rows.length === wish.limit) return rows;
  }
  return searchQuery(db, owner, wish).execute();
}

/** The query for the owner's generations that a search finds, newest first. */
export function searchQuery(
  db: Database,
  owner: string,
  { wanted, filter, after, limit, among }: Search,
) {
  const found =
    wanted.length === 0
      ? db.query
          .selectFrom("generations")
          .selectAll("generations")
          .orderBy("created_at", "desc")
          .orderBy("id", "desc")
      : matching(db, owner, wanted, { after, among });
  return found
    .where("generations.owner", "=", owner)
    .$if(after !== undefined, (page) =>
      page.where(sql<boolean>`(created_at, id) < (${after?.createdAt}, ${after?.id})`),
    )
    .$if(filter.isStarred === true, (page) => page.where("starred_at", "is not", null))
    .$if(filter.isShared === true, (page) =>
      page.where(({ exists, selectFrom }) =>
        exists(
          selectFrom("shares")
            .select("slug")
            .whereRef("shares.generation_id", "=", "generations.id")
            .where("shares.revoked_at", "is", null),
        ),
      ),
    )
    .$if(filter.hasSound === true, (page) => page.where("has_sound", "=", 1))
    .$if(filter.outcome !== undefined, (page) => page.where("outcome", "=", filter.outcome ?? null))
    .$if(filter.orientation !== undefined, (page) =>
      page.where("orientation", "=", filter.orientation ?? null),
    )
    .$if(filter.model !== undefined, (page) => page.where("model", "=", filter.model ?? ""))
    .$if(filter.from !== undefined, (page) => page.where("created_at", ">=", filter.from ?? 0))
    .$if(filter.to !== undefined, (page) => page.where("created_at", "<", filter.to ?? 0))
    .limit(limit);
}

function matching(
  { kind, query }: Database,
  owner: string,
  wanted: readonly Wanted[],
  { after, among }: Pick<Search, "after" | "among">,
) {
  const before = after && placeAt(after.createdAt + 1);
  if (kind === "sqlite")
    return query
      .selectFrom("search_index")
      .innerJoin("search_entries", "search_entries.place", "search_index.rowid")
      .innerJoin("generations", "generations.id", "search_entries.generation_id")
      .selectAll("generations")
      .where(sql<boolean>`search_index match ${toFts5(owner, wanted)}`)
      .$if(before !== undefined, (page) => page.where("search_index.rowid", "<", before ?? 0))
      .orderBy("search_index.rowid", "desc");
  const entries = query
    .selectFrom("search_entries")
    .selectAll()
    .where("owner", "=", toOwnerTerm(owner))
    .$if(before !== undefined, (page) => page.where("place", "<", before ?? 0))
    .orderBy("place", "desc")
    .$if(among !== undefined, (page) => page.limit(among ?? 0));
  return query
    .selectFrom(entries.as("entries"))
    .innerJoin("generations", "generations.id", "entries.generation_id")
    .selectAll("generations")
    .where(sql<boolean>`entries.terms @@ ${toTsquery(wanted)}::tsquery`)
    .orderBy("entries.place", "desc");
}

function toTsquery(wanted: readonly Wanted[]): string {
  return wanted
    .map((part) =>
      part.type === "beginning"
        ? `'${part.term}':*`
        : `(${part.terms.map((term) => `'${term}'`).join(" <-> ")})`,
    )
    .join(" & ");
}

function toFts5(owner: string, wanted: readonly Wanted[]): string {
  const terms = wanted.map((part) =>
    part.type === "beginning" ? `"${part.term}" *` : `"${part.terms.join(" ")}"`,
  );
  return `owner : "${toOwnerTerm(owner)}" AND terms : (${terms.join(" AND ")})`;
}
