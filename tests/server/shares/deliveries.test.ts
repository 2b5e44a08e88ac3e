import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { GET as getFile } from "@/app/v/[slug]/[file]/route";
import { GET as getPage } from "@/app/v/[slug]/route";
import { publish } from "@/lib/server/shares/publish";
import { measureSettingsBox } from "@/lib/video/settings-box";
import { type Delivery, readDelivery, requireDelivery } from "../../videos/deliveries";
import { openWithVideo } from "../generations/archive/with-video";
import { file } from "../generations/scripted-upstream";
import {
  type DatabaseKind,
  databaseKinds,
  serveRoutesWith,
  watchToEnd,
} from "../generations/support";

const origin = "http://localhost:3000";

describe.each(databaseKinds)("a link on %s", (kind) => {
  test("plays the converted copy of a video, and saves the file as it came", async () => {
    const delivery = requireDelivery("h264-444-index-at-end.mp4");
    const { slug, read, page } = await openLink(kind, delivery);

    const html = await page();
    expect(html).toContain(
      `<meta property="og:image" content="${origin}/v/${slug}/preview.jpg" />`,
    );
    expect(html).toContain(`<meta property="og:video" content="${origin}/v/${slug}/video.mp4" />`);
    expect(html).not.toContain("Not every browser");
    const preview = await read("preview.jpg");
    expect(await sharp(await bytesOf(preview)).metadata()).toMatchObject({
      width: 160,
      height: 96,
    });

    const sent = await readDelivery(delivery);
    const [played, saved] = [await read("video.mp4"), await read("video.mp4?download=1")];
    expect(played.headers.get("content-disposition")).toBeNull();
    expect((await bytesOf(played)).includes("avc1")).toBe(true);
    expect(saved.headers.get("content-disposition")).toBe("attachment; filename=a-rocket.mp4");
    expect((await bytesOf(saved)).subarray(0, sent.length).equals(sent)).toBe(true);
  });

  test("gives away no settings of a video whose prompt is hidden, played or saved", async () => {
    const { read } = await openLink(kind, requireDelivery("h264-10bit.mp4"), { hidePrompt: true });
    for (const address of ["video.mp4", "video.mp4?download=1"]) {
      const bytes = await bytesOf(await read(address));
      expect(bytes.includes("a rocket"), address).toBe(false);
      expect(measureSettingsBox(bytes), address).toBe(0);
    }
  });

  test("saves the copy that plays when the link allows no download", async () => {
    const { read } = await openLink(kind, requireDelivery("vp9.webm"), { allowDownload: false });
    const answer = await read("video.mp4?download=1");
    expect(answer.headers.get("content-disposition")).toBeNull();
    expect(answer.headers.get("content-type")).toBe("video/mp4");
    await answer.body?.cancel();
  });

  test("promises nothing that is not there of a video that nothing here decodes", async () => {
    const delivery = requireDelivery("mpeg4.avi");
    const { read, page } = await openLink(kind, delivery);

    const html = await page();
    expect(html).not.toMatch(
      /og:image|twitter:image|thumbnailUrl|poster=|og:video|twitter:player"/,
    );
    expect(html).toContain('<meta name="twitter:card" content="summary" />');
    expect(html).toContain(
      "Not every browser can play this video. If yours does not, download it.",
    );
    for (const picture of ["poster.jpg", "preview.jpg"])
      expect((await read(picture)).status).toBe(404);
    const saved = await read("video.mp4?download=1");
    expect(saved.headers.get("content-type")).toBe("video/x-msvideo");
    expect(saved.headers.get("content-disposition")).toBe("attachment; filename=a-rocket.avi");
    expect((await bytesOf(saved)).equals(await readDelivery(delivery))).toBe(true);
  });
});

async function openLink(kind: DatabaseKind, delivery: Delivery, options = {}) {
  const { server, upstream, id } = await openWithVideo(kind);
  upstream.answer("file", file(await readDelivery(delivery)));
  await watchToEnd(server, id);
  serveRoutesWith(server.services);
  const { slug } = await publish(server.services, "ann", id, options);
  const ask = (path: string) =>
    new Request(`${origin}/v/${slug}${path}`, { headers: { host: "localhost:3000" } });
  return {
    slug,
    page: async () => (await getPage(ask(""), { params: Promise.resolve({ slug }) })).text(),
    read: (address: string) =>
      getFile(ask(`/${address}`), {
        params: Promise.resolve({ slug, file: address.replace(/\?.*/, "") }),
      }),
  };
}

async function bytesOf(answer: Response): Promise<Buffer> {
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}
