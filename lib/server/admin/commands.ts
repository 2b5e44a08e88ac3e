import "server-only";
import path from "node:path";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open.ts";
import { type Env, parseEnv } from "../env.ts";
import { openMediaStore } from "../media/open-store.ts";
import type { MediaStore } from "../media/store.ts";
import { planRemovals } from "../retention/plan.ts";
import { readLimits, readStored } from "../retention/stored.ts";
import { secretFileOf } from "../secrets/server-secrets.ts";
import { backUp, type Say } from "./backup.ts";
import { check, removeOrphans } from "./check.ts";
import type { Verified } from "./copy.ts";
import { eraseOwner } from "./erase.ts";
import { exportLibrary } from "./export.ts";
import { move } from "./move.ts";
import { requireThisVersion } from "./open-source.ts";
import { findOwnerBy, listOwners } from "./owners.ts";
import { restore } from "./restore.ts";
import { addSecret, rotateStored } from "./rotate.ts";

export type Asked = {
  command: string;
  names: string[];
  database?: string;
  media?: string;
  yes?: boolean;
  forget?: boolean;
  "remove-orphans"?: boolean;
};

type Services = { db: Database; media: MediaStore };

/** Runs a command and says what it does. Returns the exit code; `undefined` for a command that there is not. */
export async function runCommand(asked: Asked, say: Say): Promise<number | undefined> {
  const env = parseEnv(process.env);
  const [first, second] = asked.names;
  switch (asked.command) {
    case "backup":
      return first === undefined ? undefined : runBackup(env, first, say);
    case "restore":
      return first === undefined ? undefined : runRestore(env, first, say);
    case "move":
      return asked.database || asked.media ? runMove(env, asked, say) : undefined;
    case "check":
      return withServices(env, (services) => runCheck(services, asked, say));
    case "owners":
      return withServices(env, ({ db }) => runOwners(db, say));
    case "export":
      if (first === undefined || second === undefined) return undefined;
      return withServices(env, (services) => runExport(services, first, second, say));
    case "delete":
      if (first === undefined) return undefined;
      return withServices(env, (services) => runDelete(services, first, asked, say));
    case "rotate":
      return runRotate(env, asked, say);
    case "retention":
      return withServices(env, ({ db }) => runRetention(env, db, say));
    default:
      return undefined;
  }
}

async function withServices(env: Env, work: (services: Services) => Promise<number>) {
  await requireThisVersion(env.DATABASE_URL);
  const db = await openDatabase(env.DATABASE_URL, { poolSize: 2, timeoutMs: 60_000 });
  try {
    return await work({ db, media: await openMediaStore(env.MEDIA_URL) });
  } finally {
    await db.close();
  }
}

async function runBackup(env: Env, folder: string, say: Say): Promise<number> {
  const secretFile = env.SESSION_SECRET ? undefined : secretFileOf(env);
  const source = { databaseUrl: env.DATABASE_URL, mediaUrl: env.MEDIA_URL, secretFile };
  const { rows, files, bytes, missing } = await backUp(source, path.resolve(folder), say);
  say(`${rows.generations} videos, ${files} files, ${toMegabytes(bytes)} are in ${folder}.`);
  say(
    secretFile
      ? "It holds the secret of the sessions: whoever has it can open every library."
      : "SESSION_SECRET is not in it: keep that as well.",
  );
  for (const key of missing) say(`Missing, in the store as well: ${key}`);
  return missing.length > 0 ? 1 : 0;
}

async function runRestore(env: Env, folder: string, say: Say): Promise<number> {
  const target = {
    databaseUrl: env.DATABASE_URL,
    mediaUrl: env.MEDIA_URL,
    secretFile: secretFileOf(env),
    secrets: env.SESSION_SECRET,
  };
  const code = sayVerified(await restore(path.resolve(folder), target, say), say);
  say("The server that starts now asks fal what became of each run that had not ended.");
  return code;
}

async function runMove(env: Env, asked: Asked, say: Say): Promise<number> {
  const from = { databaseUrl: env.DATABASE_URL, mediaUrl: env.MEDIA_URL };
  const to = {
    databaseUrl: asked.database ?? env.DATABASE_URL,
    mediaUrl: asked.media ?? env.MEDIA_URL,
  };
  const code = sayVerified(await move(from, to, say), say);
  if (code !== 0) return code;
  say("Set DATABASE_URL and MEDIA_URL to the new places, and start the server.");
  if (!env.SESSION_SECRET)
    say(`Set SESSION_SECRET to what ${secretFileOf(env)} holds, or nobody finds their library.`);
  return code;
}

function sayVerified({ rows, files, bytes, differences }: Verified, say: Say): number {
  const count = rows.count + differences.length;
  say(
    `${rows.compared} rows and ${files} files with ${toMegabytes(bytes)} compared: ${count} differences.`,
  );
  for (const difference of [...rows.differences, ...differences.slice(0, 10)]) say(difference);
  return count === 0 ? 0 : 1;
}

async function runCheck({ db, media }: Services, asked: Asked, say: Say): Promise<number> {
  const { records, missing, orphans, notListed } = await check(db, media);
  for (const fault of [...records, ...missing]) say(fault);
  const bytes = [...orphans.values()].reduce((sum, size) => sum + size, 0);
  if (notListed)
    say(`Files without a record are not known: the store can't be listed. ${notListed}`);
  if (orphans.size > 0) {
    say(`${orphans.size} folders with ${toMegabytes(bytes)} belong to no record:`);
    for (const id of [...orphans.keys()].slice(0, 20)) say(`  ${id}`);
    if (asked["remove-orphans"]) {
      await removeOrphans(db, media, orphans.keys());
      say("They are removed.");
    } else say("Remove them with --remove-orphans.");
  }
  const left = records.length + missing.length + (asked["remove-orphans"] ? 0 : orphans.size);
  if (left === 0 && !notListed) say("Records and files fit together.");
  return left === 0 ? 0 : 1;
}

async function runOwners(db: Database, say: Say): Promise<number> {
  for (const { owner, videos, bytes, lastAt } of await listOwners(db))
    say(
      `${owner}  ${videos} videos  ${toMegabytes(bytes)}  last ${new Date(lastAt).toISOString().slice(0, 10)}`,
    );
  return 0;
}

async function runExport(services: Services, name: string, file: string, say: Say) {
  const owner = await findOwnerBy(services.db, name);
  const videos = await exportLibrary(services, owner, path.resolve(file));
  say(`${videos} videos of ${owner} are in ${file}.`);
  return 0;
}

async function runDelete(services: Services, name: string, { yes }: Asked, say: Say) {
  const owner = await findOwnerBy(services.db, name);
  if (!yes) {
    const own = (await listOwners(services.db)).find((found) => found.owner === owner);
    say(
      `${owner} has ${own?.videos ?? 0} videos with ${toMegabytes(own?.bytes ?? 0)}. To erase all of it for good, add --yes.`,
    );
    return 2;
  }
  const { videos, links, waiting } = await eraseOwner(services, owner);
  say(`${videos} videos and ${links} links of ${owner} are erased.`);
  if (waiting === 0) return 0;
  say(`${waiting} runs have not ended yet. Run this again when they have.`);
  return 1;
}

async function runRotate(env: Env, { forget }: Asked, say: Say): Promise<number> {
  if (env.SESSION_SECRET) {
    const secrets = addSecret(env.SESSION_SECRET, { forget });
    const [made = "", ...before] = secrets;
    if (before.length > 0) {
      say("With several servers, first set this on each of them, and restart each:");
      say(`SESSION_SECRET=${[before[0], made, ...before.slice(1)].join(",")}`);
      say("Then set this, and restart each again:");
    } else say("Set this on each server, and restart it:");
    say(`SESSION_SECRET=${secrets.join(",")}`);
    return 0;
  }
  const kept = await rotateStored(secretFileOf(env), { forget });
  say(`${secretFileOf(env)} has a new secret. Restart the server.`);
  say(
    kept > 0
      ? `${kept} earlier ones still open sessions, so nobody loses a library.`
      : "Every session of before is closed, and so is its library.",
  );
  return 0;
}

async function runRetention(env: Env, db: Database, say: Say): Promise<number> {
  const limits = readLimits(env);
  if (!limits) {
    say("Nothing goes: set KEEP_DAYS, MEDIA_QUOTA_GB or MEDIA_QUOTA_GB_PER_OWNER.");
    return 0;
  }
  const stored = await readStored(db);
  const plan = planRemovals(stored, limits, Date.now());
  const going = stored.filter(({ id }) => plan.has(id));
  const sum = (some: readonly { bytes: number }[]) =>
    some.reduce((total, { bytes }) => total + bytes, 0);
  for (const { id, owner, bytes, isShared, isStarred } of going) {
    const marks = [isShared && "  shared", isStarred && "  starred"].filter(Boolean).join("");
    const day = new Date(plan.get(id) ?? 0).toISOString().slice(0, 16);
    say(`${day}  ${id}  ${owner}  ${toMegabytes(bytes)}${marks}`);
  }
  say(
    `${going.length} of ${stored.length} go, ${toMegabytes(sum(going))} of ${toMegabytes(sum(stored))}.`,
  );
  return 0;
}

function toMegabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
