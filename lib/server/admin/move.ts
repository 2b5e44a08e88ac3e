import "server-only";
import type { Kysely } from "kysely";
import { StartError } from "../database/migrate.ts";
import { openDatabase } from "../database/open.ts";
import type { Schema } from "../database/schema.ts";
import { openCheckedStore } from "../media/checked-store.ts";
import { openMediaStore } from "../media/open-store.ts";
import type { Say } from "./backup.ts";
import { copyMedia, copyRows, type Verified, verify } from "./copy.ts";
import { openAlone, requireThisVersion, sqliteFile } from "./open-source.ts";

type Places = { databaseUrl: string; mediaUrl: string };

/**
 * Copies records and media to another database and store, and compares both. The source stays as it is. No server may run.
 * May be repeated after an interruption and then continues.
 */
export async function move(from: Places, to: Places, say: Say): Promise<Verified> {
  if (from.databaseUrl === to.databaseUrl && from.mediaUrl === to.mediaUrl)
    throw new Error("The target is the source.");
  await requireThisVersion(from.databaseUrl);
  const file = sqliteFile(from.databaseUrl);
  const isOneDatabase = from.databaseUrl === to.databaseUrl;
  const source = file === undefined ? await openDatabase(from.databaseUrl) : await openAlone(file);
  try {
    if (file === undefined) await requireNoServer(source.query);
    const media = {
      source: await openMediaStore(from.mediaUrl),
      target: await openCheckedStore(to.mediaUrl),
    };
    // Only the media move.
    const target = isOneDatabase ? undefined : await openDatabase(to.databaseUrl);
    try {
      if (target) await copyRows(source.query, target, (_, row) => row, say);
      await copyMedia(source.query, media.source, media.target, say);
      say("Every row and every byte is read again and compared.");
      return await verify(
        { query: source.query, media: media.source },
        { query: target?.query ?? source.query, media: media.target },
        (_, row) => row,
      );
    } finally {
      await target?.close();
    }
  } finally {
    await source.close();
  }
}

const ALIVE_FOR_MS = 60_000;

/** Nothing locks a whole Postgres, but each server notes there that it is alive. */
async function requireNoServer(query: Kysely<Schema>): Promise<void> {
  const alive = await query
    .selectFrom("servers")
    .select("id")
    .where("seen_at", ">", Date.now() - ALIVE_FOR_MS)
    .execute();
  if (alive.length > 0)
    throw new StartError(
      `${alive.length} servers use the database, or did within the last minute: ${alive[0]?.id}. Stop them first.`,
    );
}
