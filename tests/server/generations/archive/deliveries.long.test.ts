import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readVideoFile } from "@/lib/server/media/video-file";
import { deliveries, readDelivery } from "../../../videos/deliveries";
import { file } from "../scripted-upstream";
import { databaseKinds, watchToEnd } from "../support";
import { openWithVideo } from "./with-video";

describe.each(databaseKinds)("the archive on %s", (kind) => {
  test.each(deliveries)("keeps a delivery of $name", async (delivery) => {
    const { server, upstream, id } = await openWithVideo(kind);
    const bytes = await readDelivery(delivery);
    upstream.answer("file", file(bytes, "application/octet-stream"));

    const { state, picture } = await watchToEnd(server, id);

    const { name, type, kept, isUndecodable = false } = delivery;
    const isApart = kept === "converted" || (kept === "repacked" && type !== "video/mp4");
    expect(state.status, name).toBe("done");
    expect(state).toMatchObject({
      video: {
        contentType: kept === "as it came" ? type : "video/mp4",
        ...(isApart && { original: { contentType: type } }),
      },
    });
    expect(picture === undefined).toBe(isUndecodable);
    const folder = join(server.mediaFolder, id);
    if (isApart) {
      // The settings may follow, and no byte before them may change.
      const original = await readFile(join(folder, "original"));
      const sent = bytes.subarray(0, Math.min(bytes.length, original.length));
      expect(original.subarray(0, sent.length).equals(sent)).toBe(true);
    } else expect(await readdir(folder)).not.toContain("original");
    if (kept !== "as it came")
      expect(await readVideoFile(join(folder, "video.mp4"))).toMatchObject({ needs: "nothing" });
  });
});
