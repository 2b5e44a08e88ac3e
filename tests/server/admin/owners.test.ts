import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check, removeOrphans } from "@/lib/server/admin/check";
import { ERASED_OWNER, eraseOwner } from "@/lib/server/admin/erase";
import { findOwnerBy, listOwners } from "@/lib/server/admin/owners";
import { consumePoint } from "@/lib/server/gate/rates";
import { posterKey, videoKey } from "@/lib/server/generations/archive/media-keys";
import { findShare } from "@/lib/server/shares/records";
import { addGeneration, databaseKinds, openServer } from "../generations/support";
import { addVideo, shareVideo, storeFile, VIDEO_BYTES, videoOf } from "./support";

const away = { base: "http://127.0.0.1:1" };
const running = [{ type: "accepted", requestId: "request-1" } as const];

describe.each(databaseKinds)("on %s", (kind) => {
  test("an owner is erased for good, and nobody else", async () => {
    const { services } = await openServer(kind, away);
    const { db, media } = services;
    const own = [await addVideo(services, "ann"), await addVideo(services, "ann")];
    const other = await addVideo(services, "bob");
    const slug = await shareVideo(services, own[0] ?? "", "ann");
    await consumePoint(services, "starts", "ann");
    await consumePoint(services, "starts", "bob");

    expect(await eraseOwner({ db, media }, "ann")).toMatchObject({ videos: 2, waiting: 0 });

    for (const id of own) expect(await media.stat(videoKey(id))).toBeUndefined();
    expect(await media.stat(videoKey(other))).toBeDefined();
    expect(await findShare(db, slug)).toBeUndefined();
    const tables = ["generations", "shares", "ledger", "deletions", "removals"] as const;
    for (const table of tables) {
      const rows = await db.query.selectFrom(table).select("owner").execute();
      expect(rows.map(({ owner }) => owner)).not.toContain("ann");
    }
    const counted = await db.query.selectFrom("rates").select("key").execute();
    expect(counted).toEqual([{ key: "starts:bob" }]);
    const ledger = await db.query.selectFrom("ledger").selectAll().execute();
    // What the day has cost is still known.
    expect(ledger.filter(({ owner }) => owner === ERASED_OWNER)).toHaveLength(2);
  });

  test("a run that fal still works on stays until its price is known", async () => {
    const { services } = await openServer(kind, away);
    await addGeneration(services, running, { owner: "ann" });
    await addVideo(services, "ann");
    expect(await eraseOwner(services, "ann")).toMatchObject({ videos: 1, waiting: 1 });
    expect(await listOwners(services.db)).toMatchObject([{ owner: "ann", videos: 1 }]);
  });

  test("an owner is found by a video, by a link that a stranger reports, and by its id", async () => {
    const { services } = await openServer(kind, away);
    const id = await addVideo(services, "ann");
    const slug = await shareVideo(services, id, "ann");
    for (const name of ["ann", id, slug, `https://film.example/v/${slug}`])
      expect(await findOwnerBy(services.db, name)).toBe("ann");
    await expect(findOwnerBy(services.db, "nobody")).rejects.toThrow(/No owner/);
    expect(await listOwners(services.db)).toMatchObject([
      { owner: "ann", videos: 1, bytes: VIDEO_BYTES },
    ]);
  });

  test("a check finds what is missing on either side", async () => {
    const { services, mediaFolder } = await openServer(kind, away);
    const { db, media } = services;
    const [gone, short, whole] = [
      await addVideo(services),
      await addVideo(services),
      await addVideo(services),
    ];
    expect(await check(db, media)).toEqual({ records: [], missing: [], orphans: new Map() });

    await media.remove(videoKey(gone));
    await storeFile(media, videoKey(short), videoOf(short).subarray(1));
    const stray = crypto.randomUUID();
    await storeFile(media, posterKey(stray), Buffer.from("a poster"));
    await utimes(join(mediaFolder, posterKey(stray)), 0, 0);
    // It may be on its way into the records.
    await storeFile(media, posterKey(crypto.randomUUID()), Buffer.from("a new poster"));

    const found = await check(db, media);
    expect(found.missing.toSorted()).toEqual(
      [
        `${videoKey(gone)} is missing`,
        `${videoKey(short)} has ${VIDEO_BYTES - 1} bytes instead of ${VIDEO_BYTES}`,
      ].toSorted(),
    );
    expect(found.orphans).toEqual(new Map([[stray, 8]]));
    await removeOrphans(db, media, [stray, whole]);
    expect(await media.stat(posterKey(stray))).toBeUndefined();
    expect(await media.stat(videoKey(whole))).toBeDefined();
  });
});
