import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasNginx } from "../chaos/gateway.ts";
import { findFreePort } from "../ports.ts";
import { startNginx } from "../rolling/nginx.ts";
import { expect, test } from "./fixtures.ts";

test("lets nginx send a video after the server has checked who asks @long", async ({
  startApp,
  request,
}) => {
  test.skip(!hasNginx(), "there is no nginx");
  const folder = await mkdtemp(join(tmpdir(), "firstframe-delivery-"));
  const port = await findFreePort("127.0.0.1");
  const origin = `http://localhost:${port}`;
  const env = { MEDIA_DELIVERY: "accel", PUBLIC_URL: origin, TRUST_PROXY: "true" };
  const app = await startApp(env);
  const nginx = await startNginx(folder, {
    ...{ port, servers: [app.origin], mediaFolder: join(app.dataDir, "media") },
  });
  try {
    await request.get(origin);
    const submitted = await request.post(`${origin}/api/fal/proxy`, {
      headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
      data: { prompt: "[Push in] a rocket" },
    });
    const { generation_id: id } = (await submitted.json()) as { generation_id: string };
    const address = `${origin}/api/generations/${id}`;
    await expect
      .poll(async () => (await (await request.get(address)).json()).status, { timeout: 60_000 })
      .toBe("done");
    const stored = await readFile(join(app.dataDir, "media", id, "video.mp4"));

    const whole = await request.get(`${origin}/media/${id}/video.mp4`);
    expect(whole.status()).toBe(200);
    expect((await whole.body()).equals(stored)).toBe(true);
    expect(whole.headers()).toMatchObject({
      "content-type": "video/mp4",
      "cache-control": "private, no-cache",
      "content-security-policy": expect.stringContaining("sandbox"),
      "cross-origin-resource-policy": "same-origin",
      "x-firstframe-answer": expect.any(String),
    });
    expect(whole.headers()).not.toHaveProperty("x-accel-redirect");
    const part = await request.get(`${origin}/media/${id}/video.mp4`, {
      headers: { range: "bytes=4-7" },
    });
    expect([part.status(), await part.text()]).toEqual([206, "ftyp"]);
    const saved = await request.get(`${origin}/media/${id}/video.mp4?download=1`);
    expect(saved.headers()["content-disposition"]).toContain("attachment");

    const stranger = await fetch(`${origin}/media/${id}/video.mp4`);
    expect(stranger.status).toBe(404);
    const direct = await request.get(`${origin}/firstframe-media/${id}/video.mp4`);
    expect(direct.status()).toBe(404);
  } finally {
    await nginx.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
