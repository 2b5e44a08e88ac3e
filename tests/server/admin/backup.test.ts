import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { backUp } from "@/lib/server/admin/backup";
import { restore } from "@/lib/server/admin/restore";
import { compareRows } from "@/lib/server/admin/rows";
import { NOT_COPIED, TABLE_NAMES } from "@/lib/server/admin/tables";
import { openDatabase } from "@/lib/server/database/open";
import { videoKey } from "@/lib/server/generations/archive/media-keys";
import { deleteGeneration } from "@/lib/server/library/delete";
import { openMediaStore } from "@/lib/server/media/open-store";
import {
  addGeneration,
  databaseKinds,
  makeDatabaseUrl,
  makeFolder,
  openServer,
  requireRecord,
  watchToEnd,
} from "../generations/support";
import { addVideo, admin, readFileOf, shareVideo, videoOf } from "./support";

const away = { base: "http://127.0.0.1:1" };
const others = { sqlite: "postgres", postgres: "sqlite" } as const;

describe.each(databaseKinds)("a backup of a server on %s", (kind) => {
  test("made under load has each row and file of one moment, and is restored elsewhere without a difference", async () => {
    const { services, url, mediaFolder } = await openServer(kind, away);
    for (let n = 0; n < 40; n++) await addVideo(services, `owner-${n % 3}`);
    const folder = join(await makeFolder(), "backup");
    let isOver = false;
    const load = (async () => {
      for (let n = 0; !isOver; n++) {
        const id = await addVideo(services, `owner-${n % 3}`);
        await shareVideo(services, id, `owner-${n % 3}`);
        if (n % 3 === 0) await deleteGeneration(services, `owner-${n % 3}`, id);
        await new Promise(setImmediate);
      }
    })();
    const source = { databaseUrl: url, mediaUrl: `file:${mediaFolder}` };
    const manifest = await backUp(source, folder, () => {});
    isOver = true;
    await load;

    expect(manifest.missing).toEqual([]);
    expect(manifest.rows.generations).toBeGreaterThanOrEqual(40);
    const target = await makeTarget(others[kind]);
    const verified = await restore(folder, target, () => {});

    expect(verified).toMatchObject({ rows: { count: 0, differences: [] }, differences: [] });
    expect(verified.rows.compared).toBe(
      TABLE_NAMES.reduce((sum, table) => sum + (manifest.rows[table] ?? 0), 0),
    );
    const db = await openDatabase(target.databaseUrl);
    const media = await openMediaStore(target.mediaUrl);
    const rows = await db.query.selectFrom("generations").select(["id", "state"]).execute();
    // What was on its way into the store at that moment is fetched again by the server that starts.
    const done = rows.filter(({ state }) => state.includes('"status":"done"'));
    expect(done.length).toBeGreaterThanOrEqual(40);
    for (const { id } of done)
      expect((await readFileOf(media, videoKey(id))).equals(videoOf(id))).toBe(true);
    const found = await db.query.selectFrom("search_entries").select("place").execute();
    expect(found.length).toBe(rows.length);
    await db.close();
  });

  test("a run that had not been sent is not sent by the restored server, and one at fal is asked about at once", async () => {
    const { services, url, mediaFolder } = await openServer(kind, away);
    const unsent = await addGeneration(services);
    const running = await addGeneration(services, [{ type: "accepted", requestId: "request-1" }]);
    const folder = join(await makeFolder(), "backup");
    await backUp({ databaseUrl: url, mediaUrl: `file:${mediaFolder}` }, folder, () => {});
    const target = await openServer(kind, away);

    await restore(
      folder,
      {
        databaseUrl: target.url,
        mediaUrl: `file:${target.mediaFolder}`,
        secretFile: join(folder, "x"),
      },
      () => {},
    );

    const row = await target.services.db.query
      .selectFrom("generations")
      .select("check_at")
      .where("id", "=", running)
      .executeTakeFirstOrThrow();
    expect(row.check_at).toBeLessThanOrEqual(Date.now());
    expect((await watchToEnd(target, unsent)).state.status).toBe("unconfirmed");
    expect((await requireRecord(services, unsent)).state.status).toBe("submitting");
  });
});

test("a second backup into the same folder copies what is new, and forgets what was deleted", async () => {
  const { services, url, mediaFolder } = await openServer("sqlite", away);
  const [first, second] = [await addVideo(services), await addVideo(services)];
  const folder = join(await makeFolder(), "backup");
  const source = { databaseUrl: url, mediaUrl: `file:${mediaFolder}` };
  await backUp(source, folder, () => {});
  await deleteGeneration(services, "ann", first);
  const third = await addVideo(services);

  await backUp(source, folder, () => {});

  const media = await openMediaStore(`file:${join(folder, "media")}`);
  const kept = (await Array.fromAsync(media.list())).map(({ key }) => key);
  expect(kept.filter((key) => key.endsWith("video.mp4")).toSorted()).toEqual(
    [videoKey(second), videoKey(third)].toSorted(),
  );
});

test("a damaged or unfinished backup, and a target with records of its own, are refused by name", async () => {
  const { services, url, mediaFolder } = await openServer("sqlite", away);
  const id = await addVideo(services);
  const folder = join(await makeFolder(), "backup");
  await backUp({ databaseUrl: url, mediaUrl: `file:${mediaFolder}` }, folder, () => {});

  const used = await openServer("sqlite", away);
  await addVideo(used.services);
  const target = {
    databaseUrl: used.url,
    mediaUrl: `file:${used.mediaFolder}`,
    secretFile: "none",
  };
  await expect(restore(folder, target, () => {})).rejects.toThrow(/Choose an empty target/);

  const video = join(folder, "media", videoKey(id));
  await writeFile(video, "another");
  await expect(restore(folder, await makeTarget("sqlite"), () => {})).rejects.toThrow(
    /damaged: .*video\.mp4 has changed/,
  );
  await rm(join(folder, "backup.json"));
  await expect(restore(folder, await makeTarget("sqlite"), () => {})).rejects.toThrow(
    /no complete backup/,
  );
});

test("an operator makes and restores a backup by the command line, and the sessions open the libraries", async () => {
  const { services, url, mediaFolder } = await openServer("sqlite", away);
  const id = await addVideo(services);
  await writeFile(
    join(url.slice("file:".length), "../session-secret"),
    "the-secret-of-the-sessions",
  );
  const folder = join(await makeFolder(), "backup");
  const made = await admin(
    { DATABASE_URL: url, MEDIA_URL: `file:${mediaFolder}` },
    "backup",
    folder,
  );
  expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/1 videos, 2 files/) });

  const { mode } = await stat(join(folder, "firstframe.db"));
  expect(mode & 0o077).toBe(0);

  const target = await makeTarget("sqlite");
  const env = { DATABASE_URL: target.databaseUrl, MEDIA_URL: target.mediaUrl };
  const restored = await admin(env, "restore", folder);
  expect(restored.output).toMatch(/rows and 2 files with 0\.0 MB compared: 0 differences/);
  expect(restored.code).toBe(0);
  expect(await readFile(target.secretFile, "utf8")).toBe("the-secret-of-the-sessions");
  expect(await admin(env, "check")).toEqual({
    code: 0,
    output: "Records and files fit together.\n",
  });
  const media = await openMediaStore(target.mediaUrl);
  expect((await readFileOf(media, videoKey(id))).equals(videoOf(id))).toBe(true);
});

test("every table of the database is in a copy, is made again from the others, or is of no use elsewhere", async () => {
  const db = await openDatabase(await makeDatabaseUrl("sqlite"));
  const tables = (await db.query.introspection.getTables()).map(({ name }) => name);
  await db.close();
  const own = tables.filter((name) => !/^search_(index|entries)/.test(name));
  expect(own.toSorted()).toEqual([...TABLE_NAMES, ...NOT_COPIED].toSorted());
});

test("a comparison of databases finds a row that is missing, different or too many", async () => {
  const one = await openServer("sqlite", away);
  const other = await openServer("sqlite", away);
  const id = await addGeneration(one.services);
  await addGeneration(other.services);
  expect(await compareRows(one.services.db.query, other.services.db.query)).toMatchObject({
    differences: expect.arrayContaining([`generations ${id} is missing`]),
  });
  expect((await compareRows(one.services.db.query, one.services.db.query)).count).toBe(0);
});

async function makeTarget(kind: "sqlite" | "postgres") {
  const folder = await makeFolder();
  const databaseUrl =
    kind === "sqlite" ? `file:${join(folder, "firstframe.db")}` : await makeDatabaseUrl(kind);
  return {
    ...{ databaseUrl, mediaUrl: `file:${join(folder, "media")}` },
    secretFile: join(folder, "session-secret"),
  };
}
