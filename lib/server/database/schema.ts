import "server-only";
import type { Spend } from "@/lib/generation";

/** One row a run. Times are milliseconds since 1970; what is only ever read as a whole is JSON. */
export type GenerationsTable = {
  id: string;
  owner: string;
  /** The key that the browser made for the click. */
  click: string;
  /** SHA-256 of the model and the input as they were sent. */
  digest: string;
  model: string;
  input: string;
  usd: number;
  /** The sealed fal key of its owner while it is at work, empty after; null when the server's key pays. */
  own_key: string | null;
  /** A hash of the day and the network that it was asked for from; null where callers can't be told apart. */
  network: string | null;
  /** What goes upstream, while it may have to be sent by another server; null after. */
  outgoing: string | null;
  /** The attempt that began to send it, and when; null while certainly nothing has left. */
  sender: string | null;
  sending_at: number | null;
  /** `GenerationState`. */
  state: string;
  /** Counts the changes of state, so that of two who report at the same time the second looks again. */
  revision: number;
  request_id: string | null;
  /** What a webhook said the request is, until that is looked into. */
  claim: string | null;
  picture: string | null;
  /** What became of it, in the words of a filter: written with every state. */
  outcome: "running" | "made" | "not-made" | null;
  /** The shape of `picture`; null until that is known. */
  orientation: "landscape" | "portrait" | "square" | null;
  /** When its owner starred it; null if it is not starred. */
  starred_at: number | null;
  /** A name that its owner gave it. */
  title: string | null;
  created_at: number;
  /** When something changed last that its owner sees; null when that was before there were events. */
  changed_at: number | null;
  /** When the watcher is to look at it next; null when nothing more happens by itself. */
  check_at: number | null;
  /** How often it was looked at since its state last changed. */
  checks: number;
  /** Which of the watcher's lanes looks at it. */
  lane: "poll" | "download";
  lease_holder: string | null;
  lease_until: number | null;
};

/** A public link. One that was taken back stays, so that its address can say so. */
export type SharesTable = {
  slug: string;
  generation_id: string;
  owner: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  /** `shares/password.ts` makes and reads it. */
  password: string | null;
  hide_prompt: number;
  allow_download: number;
  views: number;
  last_seen_at: number | null;
  reports: number;
};

/** What each run costs. A row stays when its generation is deleted. */
export type LedgerTable = {
  generation_id: string;
  owner: string;
  /** As in `GenerationsTable`. */
  network: string | null;
  /** On which it was sent, in UTC: `2026-03-01`. */
  day: string;
  model: string;
  /** Millionths of a dollar. */
  micros: number;
  payer: "server" | "owner";
  status: Spend;
  created_at: number;
  settled_at: number | null;
};

/** Generations that were deleted a short time ago, for clients that were away just then. */
export type DeletionsTable = {
  generation_id: string;
  owner: string;
  click: string;
  deleted_at: number;
};

/** What an owner has removed and can still bring back, one row a generation or link. */
export type RemovalsTable = {
  /** The same for everything that one press removed. */
  id: string;
  generation_id: string;
  owner: string;
  /** The row of `generations` as JSON; null if only the link was taken back. */
  generation: string | null;
  /** The link that was taken back. */
  slug: string | null;
  /** From then on the server erases it. */
  erase_at: number;
};

/** What a search looks through, one row a generation. */
export type SearchEntriesTable = {
  /** In the order of the generations' times: `generations/search/entries.ts` makes it. */
  place: number;
  generation_id: string;
  owner: string;
  /** The terms, separated by spaces; a `tsvector` in Postgres. */
  terms: string;
};

/** The FTS5 index of `search_entries`, in SQLite only. Triggers write it. */
export type SearchIndexTable = { rowid: number };

/** Of rate-limiter-flexible. */
export type RatesTable = { key: string; points: number; expire: number | null };

/** Sessions that were signed out before their cookies end. */
export type RevokedSessionsTable = { id: string; revoked_at: number };

export type Schema = {
  revoked_sessions: RevokedSessionsTable;
  generations: GenerationsTable;
  deletions: DeletionsTable;
  removals: RemovalsTable;
  search_entries: SearchEntriesTable;
  search_index: SearchIndexTable;
  shares: SharesTable;
  ledger: LedgerTable;
  rates: RatesTable;
};
