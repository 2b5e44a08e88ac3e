import "server-only";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openDatabase } from "../database/open.ts";
import { openCheckedStore } from "../media/checked-store.ts";
import { openDiskStore } from "../media/disk-store.ts";
import type { MediaStore } from "../media/store.ts";
import { partsOf, readList, readManifest, replaceFile, type Say } from "./backup.ts";
import { copyMedia, copyRows, type Verified, verify } from "./copy.ts";
import { readHash } from "./media-files.ts";
import type { Row } from "./rows.ts";
import type { Table } from "./tables.ts";

type Target = {
  databaseUrl: string;
  mediaUrl: string;
  /** Where the server keeps its secret if none is set. */
  secretFile: string;
  /** The secrets that are set. */
  secrets?: readonly string[];
};

/**
 * Writes a backup into an empty database and store, in any kind of either, and compares both. A backup of an earlier version
 * is brought up to date. May be repeated after an interruption.
 */
export async function restore(folder: string, target: Target, say: Say): Promise<Verified> {
  const manifest = await readManifest(folder);
  say(`The backup is of ${manifest.createdAt}.`);
  const parts = partsOf(folder);
  const scratch = await mkdtemp(path.join(tmpdir(), "firstframe-restore-"));
  try {
    // A copy, because it is migrated if the backup is of an earlier version.
    const file = path.join(scratch, "firstframe.db");
    await copyFile(parts.database, file);
    const source = await openDatabase(`file:${file}`);
    const media = {
      source: await openDiskStore(parts.media),
      target: await openCheckedStore(target.mediaUrl),
    };
    const db = await openDatabase(target.databaseUrl);
    try {
      await requireWhole(folder, media.source);
      const change = toRestored(Date.parse(manifest.createdAt));
      await copyRows(source.query, db, change, say);
      await copyMedia(source.query, media.source, media.target, say);
      await restoreSecret(parts.secret, target, say);
      say("Every row and every byte is read again and compared.");
      return await verify(
        { query: source.query, media: media.source },
        { query: db.query, media: media.target },
        change,
      );
    } finally {
      await Promise.all([source.close(), db.close()]);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function requireWhole(folder: string, media: MediaStore): Promise<void> {
  for (const { key, sha256 } of (await readList(folder)).values()) {
    const found = (await media.stat(key)) && (await readHash(media, key));
    if (found?.sha256 !== sha256)
      throw new Error(`The backup is damaged: ${key} ${found ? "has changed" : "is missing"}.`);
  }
}

/**
 * Returns the row as it is after a restore. Since the backup, a server may have sent what was about to be sent, so such a run
 * counts as sent and is never sent again by itself. What fal is still to be asked about is due at once.
 */
function toRestored(backedUpAt: number) {
  return (table: Table, row: Row): Row => {
    if (table !== "generations") return row;
    const { status } = JSON.parse(String(row.state)) as { status: string };
    const isUnsent = status === "submitting" && row.sending_at === null;
    return {
      ...row,
      ...{ lease_holder: null, lease_until: null },
      ...(row.check_at !== null && { check_at: Math.min(Number(row.check_at), backedUpAt) }),
      ...(isUnsent && { sender: "restore", sending_at: backedUpAt }),
    };
  };
}

/** Makes the sessions of the backup open their libraries here. */
async function restoreSecret(
  stored: string,
  { secretFile, secrets }: Target,
  say: Say,
): Promise<void> {
  const secret = await readFile(stored, "utf8").then(trim, () => undefined);
  if (secret === undefined) {
    if (!secrets) say("The backup has no secret: set SESSION_SECRET as it was.");
    return;
  }
  const wanted = secret.split(",");
  if (secrets) {
    if (!wanted.every((one) => secrets.includes(one)))
      say(
        `Add the secret in ${stored} to the end of SESSION_SECRET, or the libraries open to nobody.`,
      );
    return;
  }
  const own = await readFile(secretFile, "utf8").then(trim, () => "");
  const all = [...new Set([...own.split(",").filter(Boolean), ...wanted])];
  await replaceFile(secretFile, all.join(","));
}

function trim(text: string): string {
  return text.trim();
}
