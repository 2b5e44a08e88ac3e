import { readdir, readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LocalFalOptions } from "../../lib/local-fal/index.ts";
import { serve } from "../serve.ts";
import { imageToVideo, readPhoto, renderAtOnce, settle, startFal } from "./support.ts";

const LIMIT = 20 * 1024 * 1024;

test("fetches a picture from another host, renders it, and deletes it afterwards", async () => {
  const photo = Buffer.from(await (await readPhoto("rocket.jpg")).arrayBuffer());
  const url = await serveAt((_request, response) => response.end(photo));
  let seen: Buffer | undefined;
  const { answer, dataDir } = await run(url, {
    render: async (job, options) => {
      seen = await readFile(job.picture ?? "");
      return renderAtOnce(job, options);
    },
  });
  expect(answer.status).toBe(200);
  expect(seen?.equals(photo)).toBe(true);
  expect(await readdir(join(dataDir, "scratch"))).toEqual([]);
});

test("follows three redirects", async () => {
  expect((await run(await serveRedirects(3))).answer.status).toBe(200);
});

test.each([
  ["more than three redirects", () => serveRedirects(4)],
  ["a redirect to another scheme", () => serveAnswer(302, { location: "file:///etc/passwd" })],
  ["a redirect without a target", () => serveAnswer(302, {})],
  ["an answer of 404", () => serveAnswer(404, {})],
  ["an answer of 500", () => serveAnswer(500, {})],
  ["a line that breaks", () => serveAt((request) => request.socket.destroy())],
  ["a body that breaks off", () => serveHalf()],
])("answers file_download_error for %s", async (_name, start) => {
  const url = await start();
  const { answer } = await run(url);
  expect([answer.status, await answer.json()]).toMatchObject([
    422,
    { detail: [{ type: "file_download_error", loc: ["body", "image_url"], input: url }] },
  ]);
});

test("does not call private networks unless they are allowed", async () => {
  let calls = 0;
  const url = await serveAt((_request, response) => {
    calls += 1;
    response.end();
  });
  const { answer } = await run(url, { allowPrivateHosts: false });
  expect((await answer.json()).detail[0].type).toBe("file_download_error");
  expect(calls).toBe(0);
});

test("answers image_load_error for a file that is not a picture", async () => {
  const url = await serveAt((_request, response) => response.end("<h1>Not a picture</h1>"));
  const { answer } = await run(url);
  expect((await answer.json()).detail[0].type).toBe("image_load_error");
});

test.each([
  ["says that it is over 20 MB", true],
  ["grows over 20 MB", false],
])("answers file_too_large for a file that %s", async (_name, isStated) => {
  const url = await serveAt((_request, response) => {
    if (isStated) response.setHeader("content-length", LIMIT + 1);
    response.write(Buffer.alloc(isStated ? 10 : LIMIT));
    if (!isStated) response.end("x");
  });
  const { answer, dataDir } = await run(url);
  expect((await answer.json()).detail[0]).toMatchObject({
    type: "file_too_large",
    ctx: { max_size: LIMIT },
  });
  expect(await readdir(join(dataDir, "scratch"))).toEqual([]);
});

test("stops fetching when the request is cancelled", async () => {
  const called = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const url = await serveAt((request) => {
    request.socket.on("close", closed.resolve);
    called.resolve();
  });
  const fal = await startFal({ allowPrivateHosts: true, render: renderAtOnce });
  const { request_id: requestId } = await fal.client.queue.submit(imageToVideo, {
    input: { prompt: "x", image_url: url },
  });
  await called.promise;
  await fal.client.queue.cancel(imageToVideo, { requestId });
  await closed.promise;
  expect((await settle(fal, requestId)).status).toBe(499);
});

async function run(imageUrl: string, options: Partial<LocalFalOptions> = {}) {
  const fal = await startFal({ allowPrivateHosts: true, render: renderAtOnce, ...options });
  const { request_id: requestId } = await fal.client.queue.submit(imageToVideo, {
    input: { prompt: "x", image_url: imageUrl },
  });
  return { answer: await settle(fal, requestId), dataDir: fal.dataDir };
}

async function serveRedirects(count: number): Promise<string> {
  const photo = Buffer.from(await (await readPhoto("rocket.jpg")).arrayBuffer());
  const url = await serveAt((request, response) => {
    const left = Number(request.url?.slice(1));
    if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
    else response.end(photo);
  });
  return `${url}${count}`;
}

function serveAnswer(status: number, headers: Record<string, string>): Promise<string> {
  return serveAt((_request, response) => response.writeHead(status, headers).end());
}

function serveHalf(): Promise<string> {
  return serveAt((_request, response) => {
    response.setHeader("content-length", 1000);
    response.write("half", () => response.destroy());
  });
}

async function serveAt(listener: RequestListener): Promise<string> {
  return (await serve(listener)).href;
}
