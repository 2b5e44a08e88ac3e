import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeFolder, openServer } from "../generations/support";
import { addVideo, admin, videoOf } from "./support";

const away = { base: "http://127.0.0.1:1" };

describe("by the command line", () => {
  test("a library is one ZIP with its words and its videos, and without secrets", async () => {
    const { services, url, mediaFolder } = await openServer("sqlite", away);
    const id = await addVideo(services, "ann");
    await addVideo(services, "bob");
    await services.db.query.updateTable("generations").set({ own_key: "sealed-key" }).execute();
    const file = join(await makeFolder(), "ann.zip");
    const env = { DATABASE_URL: url, MEDIA_URL: `file:${mediaFolder}` };

    expect(await admin(env, "export", id, file)).toMatchObject({ code: 0 });

    const zip = await readFile(file);
    const text = zip.toString("latin1");
    expect(text).toContain("library.json");
    expect(text).toContain(`videos/${id.slice(0, 8)}-a-rocket.mp4`);
    expect(zip.includes(videoOf(id))).toBe(true);
    expect(text).toContain('"prompt":"a rocket"');
    expect(text.match(/"prompt":/g)).toHaveLength(2);
    expect(text).not.toContain("sealed-key");
  });

  test("erasing asks for --yes and says what it would erase", async () => {
    const { services, url, mediaFolder } = await openServer("sqlite", away);
    await addVideo(services, "ann");
    const env = { DATABASE_URL: url, MEDIA_URL: `file:${mediaFolder}` };
    const asked = await admin(env, "delete", "ann");
    expect(asked).toMatchObject({ code: 2, output: expect.stringMatching(/1 videos.*add --yes/) });
    expect((await admin(env, "delete", "ann", "--yes")).code).toBe(0);
    expect((await admin(env, "owners")).output).toBe("");
  });

  test("the stored secret is changed with the earlier one after it, or forgotten", async () => {
    const folder = await makeFolder();
    const file = join(folder, "session-secret");
    await writeFile(file, "s".repeat(43));
    const env = { DATABASE_URL: `file:${join(folder, "firstframe.db")}` };
    expect((await admin(env, "rotate")).code).toBe(0);
    expect(await readFile(file, "utf8")).toMatch(/^[\w-]{43},s{43}$/);
    await admin(env, "rotate", "--forget");
    expect(await readFile(file, "utf8")).toMatch(/^(?!s{43})[\w-]{43}$/);
    const said = await admin({ ...env, SESSION_SECRET: "o".repeat(32) }, "rotate");
    expect(said.output).toMatch(
      /SESSION_SECRET=o{32},[\w-]{43}\n.*\nSESSION_SECRET=[\w-]{43},o{32}/s,
    );
  });

  test("a secret that cannot be read is not replaced", async () => {
    const folder = await makeFolder();
    const env = { DATABASE_URL: `file:${join(folder, "firstframe.db")}` };
    const missing = await admin(env, "rotate");
    expect(missing).toMatchObject({ code: 1, output: expect.stringMatching(/Check DATABASE_URL/) });
    await mkdir(join(folder, "session-secret"));
    expect((await admin(env, "rotate")).code).toBe(1);
    expect(await readdir(folder)).toEqual(["session-secret"]);
  });

  test("a database of another version is left alone and named", async () => {
    const { services, url } = await openServer("sqlite", away);
    await services.db.query
      .insertInto("kysely_migration" as never)
      .values({ name: "9999-holograms", timestamp: "2030-01-01T00:00:00.000Z" } as never)
      .execute();
    const asked = await admin({ DATABASE_URL: url }, "owners");
    expect(asked).toMatchObject({ code: 1, output: expect.stringMatching(/9999-holograms/) });
    const nothing = await admin({ DATABASE_URL: "file:nowhere.db" }, "check");
    expect(nothing).toMatchObject({ code: 1, output: expect.stringMatching(/no database at/) });
    expect((await admin({}, "sing")).code).toBe(2);
  });
});
