import { startLocalFalProcess } from "../contract/local-fal-process.ts";
import { startPostgres } from "../postgres.ts";
import { startS3 } from "../s3.ts";
import { expect, test } from "./fixtures.ts";

test("lets a second server finish a run after the first is killed", async ({
  request,
  startApp,
}) => {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (cluster) => cluster.stop());
  const s3 = stack.adopt(await startS3(), (endpoint) => endpoint.stop());
  const fal = stack.adopt(await startLocalFalProcess(), (process) => process.stop());
  const env = {
    DATABASE_URL: await postgres.createDatabase("firstframe"),
    MEDIA_URL: `s3://${s3.bucket}/media`,
    SESSION_SECRET: "a secret that both of the servers know",
    FAL_UPSTREAM: fal.origin,
    // As behind one gateway. The name of the session's cookie depends on it.
    PUBLIC_URL: "http://studio.localhost",
    ...s3.env,
  };
  const first = await startApp(env);
  const second = await startApp(env);

  await request.get(first.origin);
  const submitted = await request.post(`${first.origin}/api/fal/proxy`, {
    headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
    data: { prompt: "[Push in] a rocket" },
  });
  const { generation_id: id } = (await submitted.json()) as { generation_id: string };
  await first.kill();

  const address = `${second.origin}/api/generations/${id}`;
  await expect
    .poll(async () => (await (await request.get(address)).json()).status, { timeout: 80_000 })
    .toBe("done");
  const video = await request.get(`${second.origin}/media/${id}/video.mp4`, {
    headers: { range: "bytes=4-7" },
  });
  expect(video.status()).toBe(206);
  expect(await video.text()).toBe("ftyp");
});
