import "server-only";
import { sql } from "kysely";
import type { Database } from "../../database/database";
import { notice } from "../../database/notices.ts";

/** Names a generation that has changed or was deleted. */
export type Change = { owner: string; id: string };

/** Tells this process that the record of a generation has changed. */
export type Changes = {
  announce(change: Change): void;
  /** Calls `listener` at every change from now on; returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void;
};

export function openChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  return {
    announce({ owner, id }) {
      for (const listener of listeners) listener({ owner, id });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Part of a statement that changes a generation: tells the other servers on the same Postgres which one it is. */
export function changeNotice({ kind }: Pick<Database, "kind">) {
  return notice(kind, "firstframe_library", sql<string>`owner || ' ' || id`);
}
