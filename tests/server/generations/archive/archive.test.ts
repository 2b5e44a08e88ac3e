import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { originalKey, posterKey, videoKey } from "@/lib/server/generations/archive/media-keys";
import { findRecord } from "@/lib/server/generations/records/find";
import { deleteGeneration } from "@/lib/server/library/delete";
import { putSettingsLast } from "@/lib/server/media/settings-last";
import { readVideoFile } from "@/lib/server/media/video-file";
import { measureSettingsBox, readSettings, writeSettingsBox } from "@/lib/video/settings-box";
import type { Answer } from "../../../fake-upstream/recorder";
import { readDelivery, requireDelivery } from "../../../videos/deliveries";
import { blocked, file } from "../scripted-upstream";
import { databaseKinds, requireRecord, type TestServer, watchToEnd } from "../support";
import { makeVideo, makeVideoWithIndexAtEnd, saveVideo, videoSize } from "../videos";
import { openWithVideo, videoUrl } from "./with-video";

describe.each(databaseKinds)("the archive on %s", (kind) => {
  test("stores the upstream's bytes unchanged", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", file(await makeVideo()));

    const { state } = await watchToEnd(server, id);

    expect(state).toMatchObject({ status: "done", video: { ...videoSize, url: videoUrl } });
    const folder = join(server.mediaFolder, id);
    expect((await readdir(folder)).toSorted()).toEqual([
      "poster.jpg",
      "thumbnail.jpg",
      "video.mp4",
    ]);
    await expectKeptVideo(server, id);
    expect(await readdir(server.services.media.scratchDir)).toEqual([]);
  });

  test.each([
    "https://fal.media.evil.example/files/b/rocket/output.mp4",
    "https://evil.example/v3b.fal.media/output.mp4",
    "https://evilfal.media/output.mp4",
    "http://v3b.fal.media/files/b/rocket/output.mp4",
    "https://v3b.fal.media:8443/files/b/rocket/output.mp4",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost:3000/media/x/video.mp4",
  ])("fetches nothing from %s", async (url) => {
    const { server, upstream, id } = await openWithVideo(kind, url);

    await server.watcher.turn();

    expect((await requireRecord(server.services, id)).state).toMatchObject({
      status: "failed",
      problem: { code: "video_from_elsewhere", charged: "yes" },
      video: { url },
    });
    expect([
      ...upstream.calls("file"),
      ...upstream.calls("other"),
      ...upstream.calls("upload"),
    ]).toEqual([]);
  });

  test("refuses a file of 5 GB without reading it", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    const sent = pourOut(5e9);
    upstream.answer("file", sent.answer);

    await server.watcher.turn();

    expect((await requireRecord(server.services, id)).state).toMatchObject({
      status: "failed",
      problem: { code: "video_too_large", charged: "yes" },
      video: { url: videoUrl },
    });
    await sent.brokenOff;
    // What fits into the buffers of both ends.
    expect(sent.bytes()).toBeLessThan(64 * 1024 ** 2);
    expect(await readdir(server.services.media.scratchDir)).toEqual([]);
  });

  test.each([
    ["of 0 bytes", async () => file(Buffer.alloc(0))],
    ["that is a page", async () => file(Buffer.from("<!doctype html>"), "text/html")],
    ["that is half a video", async () => file(cutInHalf(await makeVideo()))],
  ])("gives up on a file %s after three tries", async (_, makeAnswer) => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", await makeAnswer());

    await server.watcher.turn();
    expect((await requireRecord(server.services, id)).state.status).toBe("archiving");

    expect((await watchToEnd(server, id)).state).toMatchObject({
      status: "failed",
      problem: { code: "video_unusable", charged: "yes" },
      video: { url: videoUrl },
    });
    expect(upstream.calls("file")).toHaveLength(3);
    expect(await readdir(server.mediaFolder)).toEqual([".scratch"]);
  });

  test.each([404, 410])("considers a file deleted after three answers of %i", async (status) => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", { status });

    expect((await watchToEnd(server, id)).state).toMatchObject({
      status: "failed",
      problem: { code: "video_gone", charged: "yes" },
    });
    expect(upstream.calls("file")).toHaveLength(3);
  });

  test("does not consider a file deleted after a single 404", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", { status: 404 }, { status: 404 }, file(await makeVideo()));

    expect((await watchToEnd(server, id)).state.status).toBe("done");
  });

  test("is only delayed while the file host is away", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", { status: 503 }, "torn", await makeTornFile(), { status: 503 });
    const seconds = 40;
    for (let second = 0; second < seconds; second++) {
      await server.watcher.turn();
      server.clock.now += 1_000;
    }
    expect((await requireRecord(server.services, id)).state).toMatchObject({
      status: "archiving",
      problem: { code: "archive_waiting" },
      video: { url: videoUrl },
    });
    // The pauses grow, because otherwise an hour of failures would mean thousands of calls.
    expect(upstream.calls("file").length).toBeLessThan(8);

    upstream.answer("file", file(await makeVideo()));
    expect((await watchToEnd(server, id)).state.status).toBe("done");
  });

  test("waits until a full disk has space, and plays from fal meanwhile", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", file(await makeVideo()));
    const { services } = server;
    const roomy = services.media;
    services.media = { ...roomy, put: failForWantOfRoom };

    for (let tries = 0; tries < 5; tries++) {
      await server.watcher.turn();
      server.clock.now += 60_000;
    }
    expect((await requireRecord(services, id)).state).toMatchObject({
      status: "archiving",
      problem: { code: "disk_full" },
      video: { url: videoUrl },
    });

    services.media = roomy;
    expect((await watchToEnd(server, id)).state.status).toBe("done");
    await expectKeptVideo(server, id);
  });

  test("stores the settings in the video's file, and nothing about the upload", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", file(await makeVideoWithIndexAtEnd()));

    const { state, model, input } = await watchToEnd(server, id);

    const kept = await readFile(join(server.mediaFolder, id, "video.mp4"));
    const { image_url: _, ...words } = input;
    expect(readSettings(kept)).toEqual({ model, input: words });
    expect(state).toMatchObject({ video: { settingsBytes: measureSettingsBox(kept) } });
    expect(kept.subarray(-measureSettingsBox(kept)).toString()).not.toMatch(/https?:|"ann"/);
  });

  test("moves the index of a video to the front", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", file(await makeVideoWithIndexAtEnd()));

    const { state } = await watchToEnd(server, id);

    const kept = join(server.mediaFolder, id, "video.mp4");
    expect(await readVideoFile(kept)).toMatchObject({ ...videoSize, needs: "nothing" });
    expect(state).toMatchObject({ video: { bytes: (await readFile(kept)).length } });
  });

  test("replaces its own broken copy with fal's file", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", file(await makeVideo()));
    const copy = await saveVideo(server.services.media.scratchDir);
    await truncate(copy, 100);
    await server.services.media.put(videoKey(id), copy, "video/mp4");

    expect((await watchToEnd(server, id)).state).toMatchObject({ status: "done" });
    await expectKeptVideo(server, id);
  });

  test("does not download again what it stored before its server died", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    upstream.answer("file", { status: 404 });
    const copy = await saveVideo(server.services.media.scratchDir);
    const { model, input } = await requireRecord(server.services, id);
    await putSettingsLast(copy, writeSettingsBox(model, input));
    await server.services.media.put(videoKey(id), copy, "video/mp4");

    expect((await watchToEnd(server, id)).state).toMatchObject({
      status: "done",
      video: videoSize,
    });
    expect(upstream.calls("file")).toEqual([]);
    await expectKeptVideo(server, id);
  });
});

describe.each(databaseKinds)("a delivery that browsers do not play, on %s", (kind) => {
  test("is converted, and also stored as delivered for download", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    const delivery = requireDelivery("h264-444-index-at-end.mp4");
    const bytes = await readDelivery(delivery);
    upstream.answer("file", file(bytes));

    const { state } = await watchToEnd(server, id);

    const stored = join(server.mediaFolder, id);
    const original = await readFile(join(stored, "original"));
    const { model, input } = await requireRecord(server.services, id);
    const settings = writeSettingsBox(model, input);
    expect(original).toEqual(Buffer.concat([bytes, settings]));
    expect(state).toMatchObject({
      status: "done",
      video: {
        contentType: "video/mp4",
        ...{ width: 160, height: 96, settingsBytes: settings.length },
        original: {
          contentType: "video/mp4",
          ...{ bytes: original.length, settingsBytes: settings.length },
        },
      },
    });
    const playable = join(stored, "video.mp4");
    expect(await readVideoFile(playable)).toMatchObject({ needs: "nothing" });
    expect(readSettings(await readFile(playable))).toMatchObject({ model });
    expect(await readdir(stored)).toContain("poster.jpg");
    expect(await readdir(server.services.media.scratchDir)).toEqual([]);

    await deleteGeneration(server.services, "ann", id);
    await expect(readdir(stored)).rejects.toThrow("ENOENT");
  });

  test("is stored as delivered, without a poster, when nothing here decodes it", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    const bytes = await readDelivery(requireDelivery("mpeg4.avi"));
    upstream.answer("file", file(bytes));

    const { state, picture } = await watchToEnd(server, id);

    expect(state).toMatchObject({ status: "done", video: { contentType: "video/x-msvideo" } });
    expect(picture).toBeUndefined();
    expect(await readdir(join(server.mediaFolder, id))).toEqual(["video.mp4"]);
    expect(await readFile(join(server.mediaFolder, id, "video.mp4"))).toEqual(bytes);
  });

  test("is converted again from our own copy when the server died before recording it", async () => {
    const { server, upstream, id } = await openWithVideo(kind);
    const bytes = await readDelivery(requireDelivery("vp9.webm"));
    const kept = join(server.services.media.scratchDir, "kept");
    await writeFile(kept, bytes);
    await server.services.media.put(originalKey(id), kept, "video/webm");

    const { state } = await watchToEnd(server, id);

    expect(state).toMatchObject({
      video: { contentType: "video/mp4", original: { contentType: "video/webm" } },
    });
    expect(upstream.calls("file")).toEqual([]);
    expect(await readFile(join(server.mediaFolder, id, "original"))).toEqual(bytes);
  });
});

describe.each(databaseKinds)(
  "a generation that is deleted while its video is downloaded on %s",
  (kind) => {
    test("leaves no file behind", async () => {
      const { server, upstream, id } = await openWithVideo(kind);
      const { services, watcher } = server;
      const download = blocked(file(await makeVideo()));
      upstream.answer("file", download.answer);

      const turn = watcher.turn();
      await download.arrived;
      await deleteGeneration(services, "ann", id);
      download.release();
      await turn;

      expect(await findRecord(services.db, id)).toBeUndefined();
      await expectNothingKept(server, id);
    });

    test("leaves no file behind when the disk was full", async () => {
      const { server, upstream, id } = await openWithVideo(kind);
      const { services, watcher } = server;
      upstream.answer("file", file(await makeVideo()));
      const roomy = services.media;
      services.media = {
        ...roomy,
        async put(key, path, type) {
          if (key === posterKey(id)) {
            await deleteGeneration(services, "ann", id);
            return roomy.put(key, path, type);
          }
          return failForWantOfRoom();
        },
      };

      await watcher.turn();

      expect(await findRecord(services.db, id)).toBeUndefined();
      await expectNothingKept(server, id);
    });
  },
);

/** States a length, and sends until the reader stops. */
function pourOut(length: number) {
  const closed = Promise.withResolvers<void>();
  let bytes = 0;
  const answer: Answer = async (_, response) => {
    response.on("close", () => closed.resolve());
    response.writeHead(200, { "content-type": "video/mp4", "content-length": length });
    const chunk = Buffer.alloc(1024 ** 2);
    while (!response.destroyed && bytes < length) {
      bytes += chunk.length;
      if (response.write(chunk)) await pause();
      else
        await Promise.race([closed.promise, new Promise((done) => response.once("drain", done))]);
    }
  };
  return { answer, brokenOff: closed.promise, bytes: () => bytes };
}

/** States the full length, and breaks off in the middle. */
async function makeTornFile(): Promise<Answer> {
  const video = await makeVideo();
  return (_, response) => {
    response.writeHead(200, { "content-type": "video/mp4", "content-length": video.length });
    response.write(cutInHalf(video), () => response.destroy());
  };
}

function cutInHalf(video: Buffer): Buffer {
  return video.subarray(0, video.length / 2);
}

/** Expects the upstream's bytes, followed by the box with the settings. */
async function expectKeptVideo(server: TestServer & { mediaFolder: string }, id: string) {
  const kept = await readFile(join(server.mediaFolder, id, "video.mp4"));
  const { model, input } = await requireRecord(server.services, id);
  expect(kept).toEqual(Buffer.concat([await makeVideo(), writeSettingsBox(model, input)]));
}

async function failForWantOfRoom(): Promise<never> {
  throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
}

async function expectNothingKept({ services: { media } }: TestServer, id: string) {
  expect(await media.stat(videoKey(id))).toBeUndefined();
  expect(await media.stat(posterKey(id))).toBeUndefined();
  expect(await readdir(media.scratchDir)).toEqual([]);
}
