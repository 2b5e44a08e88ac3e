import { describe, expect, test } from "vitest";
import { changeOwnWords } from "@/lib/server/library/own-words";
import { zipVideos } from "@/lib/server/library/zip";
import { startLocalUpstream } from "../generations/local-upstream";
import { makeClick, openServer, submitAndFind, watchToEnd } from "../generations/support";

describe("a ZIP of videos", () => {
  test("has each video once, whole, under a name of its own", async () => {
    const server = await openServer("sqlite", await startLocalUpstream());
    const { services } = server;
    const ids: string[] = [];
    for (let index = 0; index < 2; index++) {
      const { id } = await submitAndFind(services, makeClick());
      await watchToEnd(server, id);
      await changeOwnWords(services, "ann", id, { title: "The cup" });
      ids.push(id);
    }

    const zip = await zipVideos(services, "ann", [...ids, ...ids, crypto.randomUUID()]);

    expect(zip.headers.get("content-type")).toBe("application/zip");
    const bytes = Buffer.from(await zip.arrayBuffer());
    expect(bytes.subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
    expect(
      bytes
        .toString("latin1")
        .match(/the-cup(-2)?\.mp4/g)
        ?.toSorted(),
    ).toEqual(["the-cup.mp4", "the-cup.mp4", "the-cup-2.mp4", "the-cup-2.mp4"].toSorted());
  });

  test("is refused to another owner", async () => {
    const server = await openServer("sqlite", await startLocalUpstream());
    const { id } = await submitAndFind(server.services, makeClick());
    await watchToEnd(server, id);
    const zip = zipVideos(server.services, "bob", [id]);
    await expect(zip).rejects.toMatchObject({ code: "not_found" });
  });
});
