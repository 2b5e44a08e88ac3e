import "server-only";
import { sql } from "kysely";
import type { GenerationInput } from "@/lib/generation";
import { findModel } from "../../../models/index.ts";
import type { Database } from "../../database/database";
import { toTerms } from "./terms.ts";

type Tables = Pick<Database, "kind" | "query">;

/** What is searched of a generation. `createdAt` is in milliseconds since 1970. */
export type Searchable = {
  id: string;
  owner: string;
  model: string;
  input: GenerationInput;
  title?: string;
  createdAt: number;
};

/** The entries of one millisecond have this many places. */
const PLACES = 4_096;
const MOST_TRIES = 16;

/** The first place of a millisecond. Entries are in the order of their generations, so that a search reads the newest first. */
export function placeAt(createdAt: number): number {
  return createdAt * PLACES;
}

/** Makes a generation searchable; does nothing if it is already. */
export async function addEntry({ kind, query }: Tables, generation: Searchable): Promise<void> {
  const { id, owner, createdAt } = generation;
  const first = placeAt(createdAt) + Number.parseInt(id.slice(0, 3), 16);
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const { numInsertedOrUpdatedRows } = await query
      .insertInto("search_entries")
      .values({
        place: first + attempt,
        generation_id: id,
        owner: toOwnerTerm(owner),
        terms: writeTerms(kind, generation),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n || (await hasEntry(query, id))) return;
  }
}

/** Call it when the title has changed. */
export async function updateEntry({ kind, query }: Tables, generation: Searchable): Promise<void> {
  await query
    .updateTable("search_entries")
    .set({ terms: writeTerms(kind, generation) })
    .where("generation_id", "=", generation.id)
    .execute();
}

export async function removeEntry(query: Database["query"], id: string): Promise<void> {
  await query.deleteFrom("search_entries").where("generation_id", "=", id).execute();
}

const FILLED_AT_ONCE = 200;

/** Makes some generations searchable that an earlier version has recorded. Returns whether any are left. */
export async function fillEntries({ kind, query }: Tables): Promise<boolean> {
  const rows = await query
    .selectFrom("generations")
    .leftJoin("search_entries", "search_entries.generation_id", "generations.id")
    .select(["id", "generations.owner", "model", "input", "title", "created_at"])
    .where("search_entries.generation_id", "is", null)
    .limit(FILLED_AT_ONCE)
    .execute();
  await query.transaction().execute(async (query) => {
    for (const { id, owner, model, input, title, created_at } of rows) {
      await addEntry(
        { kind, query },
        {
          ...{ id, owner, model, title: title ?? undefined, createdAt: created_at },
          input: JSON.parse(input) as GenerationInput,
        },
      );
    }
  });
  return rows.length === FILLED_AT_ONCE;
}

/** An owner is one term of the index, so that a search finds nothing of other owners. */
export function toOwnerTerm(owner: string): string {
  return owner.replaceAll(/[^0-9A-Za-z]/g, "").toLowerCase();
}

async function hasEntry(query: Database["query"], id: string): Promise<boolean> {
  const row = await query
    .selectFrom("search_entries")
    .select("place")
    .where("generation_id", "=", id)
    .executeTakeFirst();
  return row !== undefined;
}

// Postgres gets the positions with the terms, so that its own parser of words is not used.
function writeTerms(kind: Database["kind"], { model, input, title }: Searchable) {
  const text = [title, input.prompt, findModel(model)?.name ?? model].filter(Boolean).join(" . ");
  const terms = toTerms(text);
  if (kind === "sqlite") return terms.join(" ");
  const vector = terms.map((term, index) => `'${term}':${index + 1}`).join(" ");
  return sql<string>`${vector}::tsvector`;
}
