import "server-only";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";

/** The bytes of a generation's video, and of the file as it was delivered if that is another. */
export function bytesOf(kind: Database["kind"]) {
  return kind === "sqlite"
    ? sql<number>`(coalesce(json_extract(state, '$.video.bytes'), 0)
        + coalesce(json_extract(state, '$.video.original.bytes'), 0))`
    : sql<number>`(coalesce((state::json->'video'->>'bytes')::bigint, 0)
        + coalesce((state::json->'video'->'original'->>'bytes')::bigint, 0))`;
}
