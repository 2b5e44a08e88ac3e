import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LocalFal } from "../../lib/local-fal/index.ts";
import { type Connection, startFal, withKey } from "./support.ts";

const initiateUrl = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3";
const letters = "abcdefghijklmnopqrstuvwxyz";

test("stores an upload byte for byte", async () => {
  const { client } = await startFal();
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const url = await client.storage.upload(new File([bytes], "still.png", { type: "image/png" }));
  expect(url).toMatch(/\/v3b\.fal\.media\/files\/b\/[0-9a-f]{8}\/[\w-]{21}_still\.png$/);

  const response = await fetch(url);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "accept-ranges": "bytes",
    "access-control-allow-origin": "*",
    "cache-control": "public, max-age=5184000, immutable",
    "content-length": "60000",
    "content-type": "image/png",
    etag: `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`,
  });
});

test("stores an empty file", async () => {
  const { client } = await startFal();
  const url = await client.storage.upload(new File([], "nothing.txt", { type: "text/plain" }));
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([200, ""]);
});

test("answers HEAD like GET, without a body", async () => {
  const { url } = await uploadLetters();
  const response = await fetch(url, { method: "HEAD" });
  expect([response.status, await response.text()]).toEqual([200, ""]);
  expect(response.headers.get("content-length")).toBe("26");
});

test.each([
  ["bytes=0-4", 206, "abcde", "bytes 0-4/26"],
  ["bytes=20-", 206, "uvwxyz", "bytes 20-25/26"],
  ["bytes=-3", 206, "xyz", "bytes 23-25/26"],
  ["bytes=-99", 206, letters, "bytes 0-25/26"],
  ["bytes=25-99", 206, "z", "bytes 25-25/26"],
  ["bytes=0-0", 206, "a", "bytes 0-0/26"],
  ["bytes=26-", 416, undefined, "bytes */26"],
  ["bytes=-0", 416, undefined, "bytes */26"],
  ["bytes=5-2", 200, letters, null],
  ["bytes=0-1,3-4", 200, letters, null],
  ["lines=0-1", 200, letters, null],
  ["bytes=-", 200, letters, null],
])("answers Range %s with %i", async (range, status, text, contentRange) => {
  const { url } = await uploadLetters();
  const response = await fetch(url, { headers: { range } });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-range")).toBe(contentRange);
  const body = await response.text();
  if (text !== undefined) {
    expect(body).toBe(text);
    expect(response.headers.get("content-length")).toBe(String(text.length));
  }
});

test("serves a range only while If-Range names the same content", async () => {
  const { url } = await uploadLetters();
  const etag = (await fetch(url)).headers.get("etag") ?? "";
  const get = async (condition: string) => {
    const headers = { range: "bytes=0-0", "if-range": condition };
    return (await fetch(url, { headers })).status;
  };
  expect([await get(etag), await get('"another"')]).toEqual([206, 200]);
});

test("answers 304 to a browser that already has the content", async () => {
  const { url } = await uploadLetters();
  const etag = (await fetch(url)).headers.get("etag") ?? "";
  expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
});

test("lets a page of another origin upload and read", async () => {
  const fal = await startFal();
  const { upload_url: uploadUrl } = await initiate(fal);
  const preflight = await fetch(uploadUrl, {
    method: "OPTIONS",
    headers: {
      origin: "https://studio.example",
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type",
    },
  });
  expect(preflight.ok).toBe(true);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-methods")).toContain("PUT");
  expect(preflight.headers.get("access-control-allow-headers")).toContain("Content-Type");

  const { url } = await uploadLetters(fal);
  const response = await fetch(url, { headers: { origin: "https://studio.example" } });
  expect(response.headers.get("access-control-expose-headers")).toContain("Content-Range");
});

test("serves an uploaded page so that no script in it can run", async () => {
  const { client } = await startFal();
  const page = new File(["<script>alert(1)</script>"], "page.html", { type: "text/html" });
  const { headers } = await fetch(await client.storage.upload(page));
  expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("gives out addresses under the base that a proxy in front names", async () => {
  const { fal } = await startFal();
  const base = "http://localhost:3000/local-fal";
  const answer = await fal.fetch(
    new Request("http://inside/rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3", {
      method: "POST",
      headers: { ...withKey, "x-fal-public-base": `${base}/` },
      body: JSON.stringify({ content_type: "image/png", file_name: "still.png" }),
    }),
  );
  const { file_url: fileUrl, upload_url: uploadUrl } = await answer.json();
  expect(fileUrl.startsWith(`${base}/v3b.fal.media/files/b/`)).toBe(true);
  expect(uploadUrl.startsWith(`${fileUrl}?`)).toBe(true);
});

test("finds a file after a restart on another port", async () => {
  const first = await startFal();
  const { url } = await uploadLetters(first);
  await first.fal.close();
  const second = await startFal({ dataDir: first.dataDir });
  expect(await (await fetch(url.replace(first.origin, second.origin))).text()).toBe(letters);
});

test("has no file at an address before its upload", async () => {
  const { file_url: fileUrl } = await initiate(await startFal());
  expect((await fetch(fileUrl)).status).toBe(404);
});

test("accepts the same upload twice", async () => {
  const { upload_url: uploadUrl, file_url: fileUrl } = await initiate(await startFal());
  for (const body of ["first", "second"]) await fetch(uploadUrl, { method: "PUT", body });
  expect(await (await fetch(fileUrl)).text()).toBe("second");
});

test("refuses an upload without the token of its address", async () => {
  const { file_url: fileUrl } = await initiate(await startFal());
  expect((await fetch(fileUrl, { method: "PUT", body: "x" })).status).toBe(403);
  expect((await fetch(`${fileUrl}?token=é`, { method: "PUT", body: "x" })).status).toBe(403);
});

describe("a file over 100 MB", () => {
  test("is refused before it is read when its length is stated", async () => {
    const { upload_url: uploadUrl } = await initiate(await startFal());
    const status = await new Promise((resolve, reject) => {
      const put = request(uploadUrl, {
        method: "PUT",
        headers: { "content-length": 100 * 1024 * 1024 + 1 },
      });
      put.on("error", reject).on("response", (response) => {
        resolve(response.statusCode);
        put.destroy();
      });
      put.flushHeaders();
    });
    expect(status).toBe(413);
  });

  test("is aborted and deleted when it is streamed", async () => {
    const { fal, dataDir, ...connection } = await startFal();
    const { upload_url: uploadUrl } = await initiate(connection);
    const megabyte = new Uint8Array(1024 * 1024);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < 101) controller.enqueue(megabyte);
        else controller.close();
      },
    });
    expect((await putInside(fal, uploadUrl, body)).status).toBe(413);
    expect(await readdir(join(dataDir, "files"))).toEqual([expect.stringMatching(/\.json$/)]);
  });
});

test("deletes an upload that breaks off", async () => {
  const { fal, dataDir, ...connection } = await startFal();
  const { upload_url: uploadUrl, file_url: fileUrl } = await initiate(connection);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(1000)),
    pull: (controller) => controller.error(new Error("the tab was closed")),
  });
  expect((await putInside(fal, uploadUrl, body)).status).toBe(400);
  expect(await readdir(join(dataDir, "files"))).toEqual([expect.stringMatching(/\.json$/)]);
  expect((await fetch(fileUrl)).status).toBe(404);
});

test.each([
  ["../../etc/passwd", "_.._etc_passwd"],
  ["..", "file"],
  ["my photo (1).jpg", "my_photo_1_.jpg"],
  ["Ünïcode 图.png", "_n_code_.png"],
  ["a/b\\c?d#e.png", "a_b_c_d_e.png"],
])("names a file %j safely", async (name, expected) => {
  const { file_url: fileUrl } = await initiate(await startFal(), name);
  expect(fileUrl.slice(fileUrl.lastIndexOf("/") + 23)).toBe(expected);
});

test.each([
  "/v3b.fal.media/files/b/00000000/..%2f..%2f..%2fetc%2fpasswd_x.png",
  "/v3b.fal.media/files/b/00000000/aaaaaaaaaaaaaaaaaaaaa_x.png",
  "/v3b.fal.media/files/lock",
  "/v3b.fal.media/",
  "/example.com/files/b/00000000/aaaaaaaaaaaaaaaaaaaaa_x.png",
])("has nothing at %s", async (path) => {
  const { fal } = await startFal();
  expect((await fal.fetch(new Request(`http://inside${path}`))).status).toBe(404);
});

test.each([
  [undefined, "Authorization header is required"],
  ["Bearer token", "Invalid key credentials"],
  ["Key undefined", "Invalid key credentials"],
])("refuses to start an upload with the authorization %j", async (authorization, detail) => {
  const { call } = await startFal();
  const headers: HeadersInit = authorization ? { authorization } : {};
  const response = await call(initiateUrl, { method: "POST", headers, body: "{}" });
  expect([response.status, await response.json()]).toEqual([401, { detail }]);
});

type Upload = { file_url: string; upload_url: string };

async function initiate({ call }: Pick<Connection, "call">, name = "still.png"): Promise<Upload> {
  const body = JSON.stringify({ content_type: "image/png", file_name: name });
  const response = await call(initiateUrl, { method: "POST", body });
  return response.json() as Promise<Upload>;
}

function putInside(fal: LocalFal, url: string, body: ReadableStream<Uint8Array>) {
  const init = { method: "PUT", body, duplex: "half" };
  return fal.fetch(new Request(url, init as RequestInit));
}

async function uploadLetters(connection?: Connection) {
  const { client } = connection ?? (await startFal());
  const url = await client.storage.upload(new File([letters], "abc.txt", { type: "text/plain" }));
  return { url };
}
