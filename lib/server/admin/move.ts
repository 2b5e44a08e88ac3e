import "server-only";
import { openDatabase } from "../database/open.ts";
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
