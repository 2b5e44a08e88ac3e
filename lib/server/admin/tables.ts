import "server-only";
import type { Schema } from "../database/schema.ts";

/** The tables that a copy of a database holds, with their keys. The index of the search is made again from them. */
export const TABLES = {
  generations: ["id"],
  shares: ["slug"],
  ledger: ["generation_id"],
  deletions: ["generation_id"],
  removals: ["id", "generation_id"],
  revoked_sessions: ["id"],
  rates: ["key"],
} as const satisfies Partial<Record<keyof Schema, readonly string[]>>;

/** Tables that belong to the running servers alone, and are of no use to another. */
export const NOT_COPIED = ["servers"] as const satisfies (keyof Schema)[];

export type Table = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as Table[];
