import type { APIRequestContext } from "@playwright/test";
import type { AppServer } from "./app-server.ts";
import { expect } from "./fixtures.ts";

export type Share = { url: string; slug: string };
export type Made = { owner: APIRequestContext; id: string };

export async function makeVideo(
  request: APIRequestContext,
  app: AppServer,
  prompt: string,
  image_url?: string,
) {
  const model = `fal-ai/minimax-video${image_url ? "/image-to-video" : ""}`;
  // Opening the page creates the session, without which every call is refused.
  await request.get(app.origin);
  const submitted = await request.post(`${app.origin}/api/fal/proxy`, {
    headers: { "x-fal-target-url": `https://queue.fal.run/${model}` },
    data: { prompt, ...(image_url && { image_url }) },
  });
  const { generation_id: id } = (await submitted.json()) as { generation_id: string };
  const address = `${app.origin}/api/generations/${id}`;
  await expect
    .poll(async () => (await (await request.get(address)).json()).status, { timeout: 60_000 })
    .toBe("done");
  return id;
}

export async function upload(request: APIRequestContext, app: AppServer, picture: Buffer) {
  const initiate = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3";
  await request.get(app.origin);
  const started = await request.post(`${app.origin}/api/fal/proxy`, {
    headers: { "x-fal-target-url": initiate },
    data: { content_type: "image/png", file_name: "picture.png" },
  });
  const { file_url, upload_url } = (await started.json()) as Record<string, string>;
  const headers = { "content-type": "image/png" };
  expect((await request.put(upload_url ?? "", { data: picture, headers })).ok()).toBe(true);
  return file_url;
}

export async function publish(app: AppServer, { owner, id }: Made, data: object): Promise<Share> {
  const answer = await owner.put(`${app.origin}/api/generations/${id}/share`, { data });
  expect(answer.status()).toBe(200);
  return (await answer.json()) as Share;
}
