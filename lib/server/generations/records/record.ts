import "server-only";
import type { Selectable } from "kysely";
import {
  type GenerationInput,
  type GenerationState,
  isWaiting,
  type Size,
} from "../../../generation.ts";
import type { GenerationsTable } from "../../database/schema";

/** The record of a generation. Times are milliseconds since 1970. */
export type GenerationRecord = {
  id: string;
  owner: string;
  click: string;
  digest: string;
  model: string;
  input: GenerationInput;
  usd: number;
  /** The owner's own key, sealed. It is empty once it is no longer needed, and `undefined` if the server's key pays. */
  ownKey?: string;
  /** The request for the upstream, while another server may have to send it. */
  outgoing?: OutgoingClick;
  /** When a server began to send it; `undefined` while certainly nothing has left. */
  sendingAt?: number;
  state: GenerationState;
  revision: number;
  requestId?: string;
  /** The requests that a webhook named for a generation whose submit was lost. */
  claim: string[];
  /** The size of the first frame, once the poster is stored. */
  picture?: Size;
  /** The name that its owner gave it. */
  title?: string;
  isStarred: boolean;
  /** When the limits of this server remove it. */
  removeAt?: number;
  createdAt: number;
  /** When something that its owner sees changed last. */
  changedAt: number;
  checkAt?: number;
  checks: number;
};

/** The body to send, and the origin where the browser reaches this server, for the local fal's addresses. */
export type OutgoingClick = { sent: string; origin: string };

/** What a check does: a short poll, or the download of a file. */
export type Lane = "poll" | "download";

/** The only process that may work on it, and when its lease ends unless renewed. */
export type Lease = { holder: string; until: number };

export function laneOf({ status }: GenerationState): Lane {
  return status === "archiving" ? "download" : "poll";
}

/** What became of it, in the words of the library's filter. */
export function outcomeOf(state: GenerationState): "running" | "made" | "not-made" {
  if (isWaiting(state)) return "running";
  return state.status === "archiving" || state.status === "done" ? "made" : "not-made";
}

export function toRecord(row: Selectable<GenerationsTable>): GenerationRecord {
  const { id, owner, click, digest, model, usd, revision, checks } = row;
  return {
    ...{ id, owner, click, digest, model, usd, revision, checks },
    input: JSON.parse(row.input) as GenerationInput,
    state: JSON.parse(row.state) as GenerationState,
    ownKey: row.own_key ?? undefined,
    outgoing: row.outgoing === null ? undefined : (JSON.parse(row.outgoing) as OutgoingClick),
    sendingAt: row.sending_at ?? undefined,
    requestId: row.request_id ?? undefined,
    claim: row.claim === null ? [] : (JSON.parse(row.claim) as string[]),
    picture: row.picture === null ? undefined : (JSON.parse(row.picture) as Size),
    title: row.title ?? undefined,
    isStarred: row.starred_at !== null,
    removeAt: row.remove_at ?? undefined,
    createdAt: row.created_at,
    changedAt: row.changed_at ?? row.created_at,
    checkAt: row.check_at ?? undefined,
  };
}
