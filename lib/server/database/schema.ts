import "server-only";
import type { Spend } from "@/lib/generation";

/** One row for each run. Times are milliseconds since 1970. Values that are only read as a whole are JSON. */
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
  /** The owner's sealed fal key while the run needs it, empty afterwards; null if the server's key pays. */
  own_key: string | null;
  /** A hash of the day and of the caller's network; null if the server cannot distinguish callers. */
  network: string | null;
  /** The request for the upstream, while another server may have to send it; null afterwards. */
  outgoing: string | null;
  /** The attempt that began to send it, and when; null while certainly nothing was sent. */
  sender: string | null;
  sending_at: number | null;
  /** `GenerationState`. */
  state: string;
  /** Counts the changes of state. If two report at once, the second sees another revision and reads again. */
  revision: number;
  request_id: string | null;
  /** The request ids that a webhook named, until the watcher has checked them. */
  claim: string | null;
  picture: string | null;
  /** The outcome as the filters name it. It is written with every state. */
  outcome: "running" | "made" | "not-made" | null;
  /** The shape of `picture`; null until that is known. */
  orientation: "landscape" | "portrait" | "square" | null;
  /** Whether our copy of the video has sound: 1 or 0; null until it is stored, and if nobody knows. */
  has_sound: number | null;
  /** When its owner starred it; null if it is not starred. */
  starred_at: number | null;
  /** A name that its owner gave it. */
  title: string | null;
  /** When retention removes it; null if nothing says so. */
  remove_at: number | null;
  created_at: number;
  /** When something that the owner sees changed last; null for a change by a version without events. */
  changed_at: number | null;
  /** When the watcher checks it next; null if it never does. */
  check_at: number | null;
  /** How often the watcher has checked it since its status changed. */
  checks: number;
  /** The lane of the watcher that checks it. */
  lane: "poll" | "download";
  lease_holder: string | null;
  lease_until: number | null;
};

/** A public link. A revoked one stays, so that its page can say that it was revoked. */
export type SharesTable = {
  slug: string;
  generation_id: string;
  owner: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  /** The hash that `shares/password.ts` writes and compares. */
  password: string | null;
  hide_prompt: number;
  allow_download: number;
  views: number;
  last_seen_at: number | null;
  reports: number;
};

/** The cost of each run. The row stays when the generation is deleted. */
export type LedgerTable = {
  generation_id: string;
  owner: string;
  /** As in `GenerationsTable`. */
  network: string | null;
  /** The day on which it was sent, in UTC: `2026-03-01`. */
  day: string;
  model: string;
  /** Millionths of a dollar. */
  micros: number;
  payer: "server" | "owner";
  status: Spend;
  created_at: number;
  settled_at: number | null;
};

/** Generations that were deleted recently, for clients that were away when it happened. */
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

/** rate-limiter-flexible reads and writes it. */
export type RatesTable = { key: string; points: number; expire: number | null };

/** Sessions that somebody signed out of, until their cookies expire. */
export type RevokedSessionsTable = { id: string; revoked_at: number };

/** The servers that use this database, and when each was last known to live. */
export type ServersTable = { id: string; seen_at: number };

export type Schema = {
  servers: ServersTable;
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
