import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Clock } from "../../lib/local-fal/clock.ts";
import { type Connection, renderAtOnce, startFal, textToVideo, withKey } from "./support.ts";

const uploadUrl = "https://rest.fal.ai/storage/upload";
const MEGABYTE = 1024 * 1024;

test.each([
  ["1 byte", 1],
  ["5 MB", 5 * MEGABYTE],
  ["100 MB", 100 * MEGABYTE],
])(
  "keeps a file of %s that the client uploads",
  async (_size, bytes) => {
    const { client, dataDir } = await startFal();
    const content = makeBytes(bytes);
    const url = await client.storage.upload(new File([content], "film.mp4", { type: "video/mp4" }));

    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toBe("video/mp4");
    expect(hash(new Uint8Array(await answer.arrayBuffer()))).toBe(hash(content));
    expect(await readdir(join(dataDir, "parts"))).toEqual([]);
  },
  60_000,
);

test("joins parts in the order of their numbers, whatever order they arrived in", async () => {
  const upload = await initiate(await startFal());
  const parts = [await upload.put(2, "two"), await upload.put(1, "one-")];
  expect((await upload.complete(parts)).status).toBe(200);
  expect(await (await fetch(upload.fileUrl)).text()).toBe("one-two");
});

test("answers a part with its number and etag, in the body and in the header", async () => {
  const upload = await initiate(await startFal());
  const response = await upload.send(3, "three");
  const etag = hash(Buffer.from("three")).slice(0, 32);
  expect(await response.json()).toEqual({ partNumber: 3, etag });
  expect(response.headers.get("etag")).toBe(etag);
});

test("replaces a part that is sent again", async () => {
  const upload = await initiate(await startFal());
  await upload.put(1, "wrong");
  const parts = [await upload.put(1, "right")];
  expect((await upload.complete(parts)).status).toBe(200);
  expect(await (await fetch(upload.fileUrl)).text()).toBe("right");
});

test("answers a repeated completion like the first", async () => {
  const upload = await initiate(await startFal());
  const parts = [await upload.put(1, "once")];
  const answers = [await upload.complete(parts), await upload.complete(parts)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await answers[0]?.json()).toEqual(await answers[1]?.json());
});

test("has no file until the parts are complete", async () => {
  const upload = await initiate(await startFal());
  await upload.put(1, "one");
  expect((await fetch(upload.fileUrl)).status).toBe(404);
});

test("refuses a wrong etag, and accepts the right one afterwards", async () => {
  const upload = await initiate(await startFal());
  const part = await upload.put(1, "one");
  const refused = await upload.complete([{ partNumber: 1, etag: "0".repeat(32) }]);
  expect([refused.status, await refused.json()]).toEqual([
    400,
    { detail: "The etag of part 1 is wrong" },
  ]);
  expect((await upload.complete([part])).status).toBe(200);
});

describe("refuses to complete", () => {
  test.each([
    ["a list with a gap", [1, 3], [1, 3], "Part 2 is missing"],
    ["a list that names a part twice", [1, 2], [1, 1, 2], "Part 2 is missing"],
    ["a part that was not uploaded", [1], [1, 2], "Part 2 was not uploaded"],
    ["a list without an uploaded part", [1, 2], [1], "The list lacks uploaded parts"],
    ["an empty list", [1], [], "There are no parts"],
  ])("%s", async (_name, sent, listed, detail) => {
    const upload = await initiate(await startFal());
    const etags = new Map<number, string>();
    for (const number of sent) etags.set(number, (await upload.put(number, "x")).etag);
    const parts = listed.map((partNumber) => ({ partNumber, etag: etags.get(partNumber) ?? "" }));
    const answer = await upload.complete(parts);
    expect([answer.status, await answer.json()]).toEqual([400, { detail }]);
  });
});

test.each([0, 10_001])("refuses a part with the number %i", async (number) => {
  const upload = await initiate(await startFal());
  expect((await upload.send(number, "x")).status).toBe(400);
});

test("refuses parts without the token of their address", async () => {
  const { fileUrl } = await initiate(await startFal());
  expect((await fetch(`${fileUrl}/1`, { method: "PUT", body: "x" })).status).toBe(403);
  expect((await fetch(`${fileUrl}/complete`, { method: "POST", body: "{}" })).status).toBe(403);
});

test("refuses parts for an upload that was not started as multipart", async () => {
  const upload = await initiate(await startFal(), "initiate");
  expect((await upload.send(1, "x")).status).toBe(404);
});

test("continues an upload after a restart", async () => {
  const first = await startFal();
  const upload = await initiate(first);
  const parts = [await upload.put(1, "before ")];
  await first.fal.close();
  const second = await startFal({ dataDir: first.dataDir });
  const moved = upload.at(first.origin, second.origin);
  parts.push(await moved.put(2, "after"));
  expect((await moved.complete(parts)).status).toBe(200);
  expect(await (await fetch(moved.fileUrl)).text()).toBe("before after");
});

test("removes an unfinished upload after a day", async () => {
  const clock = makeClock();
  const first = await startFal({ clock });
  const upload = await initiate(first);
  await upload.put(1, "one");
  await first.fal.close();

  clock.advance(DAY_MS - 1);
  const second = await startFal({ dataDir: first.dataDir, clock });
  await second.fal.close();
  expect(await readdir(join(first.dataDir, "parts"))).toHaveLength(1);

  clock.advance(1);
  const third = await startFal({ dataDir: first.dataDir, clock });
  await third.fal.close();
  expect(await readdir(join(first.dataDir, "parts"))).toEqual([]);
  expect(await readdir(join(first.dataDir, "files"))).toEqual([]);
});

describe("a page of another origin", () => {
  test("may send parts and complete them", async () => {
    const { fileUrl } = await initiate(await startFal());
    const preflight = await fetch(`${fileUrl}/complete`, {
      method: "OPTIONS",
      headers: {
        origin: "https://studio.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
  });
});

describe("fal's Python client", () => {
  test("uploads with a token for files", async () => {
    const { call, origin } = await startFal();
    const access = await getFileToken({ call });
    expect(access).toMatchObject({ token_type: "Bearer", base_url: `${origin}/v3.fal.media` });
    const headers = { ...authorize(access), "x-fal-file-name": "still.png" };
    const answer = await call("https://v3.fal.media/files/upload", {
      method: "POST",
      headers: { ...headers, "content-type": "image/png" },
      body: "pixels",
    });
    const { access_url: url } = await answer.json();
    const file = await fetch(url);
    expect([await file.text(), file.headers.get("content-type")]).toEqual(["pixels", "image/png"]);
  });

  test("uploads in parts with a token for files", async () => {
    const { call } = await startFal();
    const headers = { ...authorize(await getFileToken({ call })), "x-fal-file-name": "film.mp4" };
    const start = await call("https://v3.fal.media/files/upload/multipart", {
      method: "POST",
      headers,
    });
    const { access_url: url, uploadId } = await start.json();
    const put = await fetch(`${url}/multipart/${uploadId}/1`, {
      method: "PUT",
      headers,
      body: "film",
    });
    const parts = [{ partNumber: 1, etag: put.headers.get("etag") }];
    const complete = await fetch(`${url}/multipart/${uploadId}/complete`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ parts }),
    });
    expect(complete.status).toBe(200);
    expect(await (await fetch(url)).text()).toBe("film");
  });

  test.each([
    ["no token", undefined],
    ["a key", "Key id:secret"],
    ["a wrong token", "Bearer a.b.c"],
  ])("is refused with %s", async (_name, authorization) => {
    const { call } = await startFal();
    const headers: HeadersInit = authorization ? { authorization } : {};
    const upload = { method: "POST", headers, body: "x" };
    expect((await call("https://v3.fal.media/files/upload", upload)).status).toBe(401);
  });
});

describe("a file that expires", () => {
  test("is there until then, and is removed after", async () => {
    const clock = makeClock();
    const { client, dataDir } = await startFal({ clock });
    const file = new File(["short"], "note.txt", { type: "text/plain" });
    const url = await client.storage.upload(file, { lifecycle: { expiresIn: "1h" } });

    const before = await fetch(url);
    expect(before.headers.get("cache-control")).toBe("public, max-age=3600, immutable");
    clock.advance(3600 * 1000);
    expect((await fetch(url)).status).toBe(404);
    await expect.poll(() => readdir(join(dataDir, "files"))).toEqual([]);
  });

  test("can be the output of a request", async () => {
    const clock = makeClock();
    const { client } = await startFal({ clock, render: renderAtOnce });
    const { data } = await client.subscribe(textToVideo, {
      input: { prompt: "x" },
      storageSettings: { expiresIn: "immediate" },
    });
    expect((await fetch(data.video.url)).status).toBe(200);
    clock.advance(60_000);
    expect((await fetch(data.video.url)).status).toBe(404);
  });
});

test.each([
  ["allow", 200],
  ["forbid", 403],
  ["hide", 404],
] as const)("answers strangers who ask for a file with the acl %s with %i", async (acl, status) => {
  const { client, call } = await startFal();
  const url = await client.storage.upload(new File(["x"], "a.txt"), {
    lifecycle: { initialAcl: { default: acl } },
  });
  expect((await fetch(url)).status).toBe(status);
  expect((await call(url)).status).toBe(200);
});

test("refuses a lifecycle that can't be parsed", async () => {
  const { call } = await startFal();
  const headers = { ...withKey, "x-fal-object-lifecycle": "forbid" };
  const url = `${uploadUrl}/initiate?storage_type=fal-cdn-v3`;
  expect((await call(url, { method: "POST", headers, body: "{}" })).status).toBe(422);
});

const DAY_MS = 24 * 60 * 60 * 1000;
type Part = { partNumber: number; etag: string };

async function initiate({ call }: Pick<Connection, "call">, kind = "initiate-multipart") {
  const body = JSON.stringify({ content_type: "video/mp4", file_name: "film.mp4" });
  const url = `${uploadUrl}/${kind}?storage_type=fal-cdn-v3`;
  const answer = await (await call(url, { method: "POST", body })).json();
  return connectUpload(answer.file_url, new URL(answer.upload_url).search);
}

function connectUpload(fileUrl: string, query: string) {
  const send = (number: number, body: string) =>
    fetch(`${fileUrl}/${number}${query}`, { method: "PUT", body });
  return {
    fileUrl,
    send,
    put: async (number: number, body: string): Promise<Part> => (await send(number, body)).json(),
    complete: (parts: Part[]) =>
      fetch(`${fileUrl}/complete${query}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ parts }),
      }),
    at: (before: string, after: string) => connectUpload(fileUrl.replace(before, after), query),
  };
}

type FileToken = { token: string; token_type: string };

async function getFileToken({ call }: Pick<Connection, "call">): Promise<FileToken> {
  const url = "https://rest.fal.ai/storage/auth/token?storage_type=fal-cdn-v3";
  return (await call(url, { method: "POST", body: "{}" })).json();
}

function authorize({ token, token_type: type }: FileToken) {
  return { authorization: `${type} ${token}` };
}

function makeBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65_536)));
  }
  return bytes;
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function makeClock(): Clock & { advance(milliseconds: number): void } {
  let time = Date.parse("2026-11-22T12:00:00Z");
  const due = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => new Date(time),
    after(milliseconds, callback) {
      const entry = { at: time + milliseconds, callback };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance(milliseconds) {
      time += milliseconds;
      for (const entry of [...due]) if (entry.at <= time && due.delete(entry)) entry.callback();
    },
  };
}
