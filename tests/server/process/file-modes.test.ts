import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "@/lib/server/database/open";
import { parseEnv } from "@/lib/server/env";
import { makeFilesPrivate } from "@/lib/server/process/file-modes";

test("makes database, media and secrets unreadable for other accounts of the machine", async () => {
  const before = process.umask(0o022);
  onTestFinished(() => void process.umask(before));
  const parent = await mkdtemp(path.join(tmpdir(), "modes-"));
  onTestFinished(() => rm(parent, { recursive: true }));
  const modeOf = async (name: string) =>
    ((await stat(path.join(parent, name))).mode & 0o777).toString(8);
  // As a version left them that did not set modes.
  await mkdir(path.join(parent, "data/media"), { recursive: true });
  await writeFile(path.join(parent, "data/session-secret"), "secret");

  const DATABASE_URL = `file:${path.join(parent, "data/a.db")}`;
  const MEDIA_URL = `file:${path.join(parent, "data/media")}`;
  await makeFilesPrivate(parseEnv({ DATABASE_URL, MEDIA_URL }));
  const db = await openDatabase(DATABASE_URL);
  // The first write after the start creates the files beside the database.
  await db.query.insertInto("rates").values({ key: "a", points: 1, expire: null }).execute();
  const made = ["data/a.db", "data/a.db-wal", "data/a.db-shm", "data/session-secret"];
  expect(await Promise.all(made.map(modeOf))).toEqual(made.map(() => "600"));
  expect(await modeOf("data/media")).toBe("700");
  await db.close();

  await openDatabase(`file:${path.join(parent, "new/a.db")}`).then((other) => other.close());
  expect(await modeOf("new")).toBe("700");
});
