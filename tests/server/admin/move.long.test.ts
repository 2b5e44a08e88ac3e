import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDatabase } from "@/lib/server/database/open";
import { forgetServer, noteServerSeen } from "@/lib/server/database/servers";
import { videoKey } from "@/lib/server/generations/archive/media-keys";
import { openMediaStore } from "@/lib/server/media/open-store";
import { startS3, type TestS3 } from "../../s3";
import { addGeneration, makeDatabaseUrl, makeFolder, openServer } from "../generations/support";
import { addVideo, admin, killAdmin, readFileOf, shareVideo, videoOf } from "./support";

const away = { base: "http://127.0.0.1:1" };

let s3: TestS3;

beforeAll(async () => {
  s3 = await startS3({ checksSignatures: false });
});

afterAll(() => s3.stop());

test("a move from SQLite and a folder to Postgres and S3 that is killed three times ends without a difference", async () => {
  const { services, url, mediaFolder } = await openServer("sqlite", away);
  const ids: string[] = [];
  for (let n = 0; n < 60; n++) ids.push(await addVideo(services, `owner-${n % 5}`));
  for (const id of ids.slice(0, 5)) await shareVideo(services, id, `owner-${ids.indexOf(id) % 5}`);
  await addGeneration(services, [{ type: "accepted", requestId: "request-1" }]);
  await services.db.close();
  const target = await makeDatabaseUrl("postgres");
  const to = ["--database", target, "--media", `s3://${s3.bucket}/moved`];
  const env = { DATABASE_URL: url, MEDIA_URL: `file:${mediaFolder}`, ...s3.env };
  const before = await readFile(url.slice("file:".length));

  // In the middle of the rows, when the rows are done, and in the middle of the files.
  for (const lines of [2, 7, 8]) expect(await killAdmin(env, lines, "move", ...to)).toBe(true);
  const { code, output } = await admin(env, "move", ...to);

  expect(output).toMatch(/\d+ rows and 120 files with .* compared: 0 differences/);
  expect(code).toBe(0);
  expect(await readFile(url.slice("file:".length))).toEqual(before);
  const db = await openDatabase(target);
  expect(await db.query.selectFrom("generations").select("id").execute()).toHaveLength(61);
  expect(await db.query.selectFrom("search_entries").select("place").execute()).toHaveLength(61);
  await db.close();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  const media = await openMediaStore(`s3://${s3.bucket}/moved`);
  const id = ids[50] ?? "";
  expect((await readFileOf(media, videoKey(id))).equals(videoOf(id))).toBe(true);
  expect((await Array.fromAsync(media.list())).length).toBe(120);
});

test("a move from Postgres is refused while a server says that it is alive, and leads back to SQLite after it", async () => {
  const { services, url, mediaFolder } = await openServer("postgres", away);
  const id = await addVideo(services);
  const folder = await makeFolder();
  const database = `file:${join(folder, "firstframe.db")}`;
  const media = `file:${join(folder, "media")}`;
  const move = () =>
    admin(
      { DATABASE_URL: url, MEDIA_URL: `file:${mediaFolder}` },
      ...["move", "--database", database, "--media", media],
    );
  await noteServerSeen(services.db, "server-1");
  expect(await move()).toMatchObject({ code: 1, output: expect.stringMatching(/server-1. Stop/) });
  await forgetServer(services.db, "server-1");
  const moved = await move();
  expect(moved.output).toMatch(/0 differences/);
  const copy = await readFileOf(await openMediaStore(media), videoKey(id));
  expect(copy.equals(videoOf(id))).toBe(true);
});

test("a move to another database is refused while a server runs, and onto records that have gone on", async () => {
  const { services, url, mediaFolder } = await openServer("sqlite", away);
  const id = await addVideo(services);
  const target = await makeDatabaseUrl("postgres");
  const media = `file:${join(await makeFolder(), "media")}`;
  const env = { DATABASE_URL: url, MEDIA_URL: `file:${mediaFolder}` };
  const move = () => admin(env, "move", "--database", target, "--media", media);
  expect(await move()).toMatchObject({ code: 1, output: expect.stringMatching(/Stop it first/) });

  await services.db.close();
  expect((await move()).code).toBe(0);
  const copy = await readFileOf(await openMediaStore(media), videoKey(id));
  expect(copy.equals(videoOf(id))).toBe(true);
  const db = await openDatabase(target);
  await db.query
    .updateTable("generations")
    .set(({ eb }) => ({ revision: eb("revision", "+", 1) }))
    .where("id", "=", id)
    .execute();
  await db.close();
  expect(await move()).toMatchObject({ code: 1, output: expect.stringMatching(/gone on/) });
});
