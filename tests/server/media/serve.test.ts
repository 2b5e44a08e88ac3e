import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDiskStore } from "@/lib/server/media/disk-store";
import { type ServeOptions, serveMedia } from "@/lib/server/media/serve";
import type { MediaStore } from "@/lib/server/media/store";

const LAST_MODIFIED = "Wed, 21 Oct 2026 07:28:00 GMT";
const options: ServeOptions = { contentType: "video/mp4", cacheControl: "private, no-cache" };

let folder: string;
let store: MediaStore;
let etag: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "serve-"));
  store = await openDiskStore(folder);
  const source = path.join(store.scratchDir, "incoming");
  await writeFile(source, "0123456789");
  // Half a second more than the header can express.
  const modifiedAt = Date.parse(LAST_MODIFIED) / 1000 + 0.5;
  await utimes(source, modifiedAt, modifiedAt);
  await store.put("one/video.mp4", source, "video/mp4");
  etag = (await store.stat("one/video.mp4"))?.etag ?? "";
});

afterAll(() => rm(folder, { recursive: true }));

describe("a range", () => {
  test.each([
    ["bytes=0-", 206, "bytes 0-9/10", "0123456789"],
    ["bytes=0-1", 206, "bytes 0-1/10", "01"],
    ["bytes=4-6", 206, "bytes 4-6/10", "456"],
    ["bytes=9-9", 206, "bytes 9-9/10", "9"],
    ["bytes=9-", 206, "bytes 9-9/10", "9"],
    ["bytes=5-99", 206, "bytes 5-9/10", "56789"],
    ["bytes=-1", 206, "bytes 9-9/10", "9"],
    ["bytes=-99", 206, "bytes 0-9/10", "0123456789"],
    ["bytes=-0", 416, "bytes */10", ""],
    ["bytes=10-", 416, "bytes */10", ""],
    ["bytes=10-20", 416, "bytes */10", ""],
    ["bytes=0-1,4-5", 200, null, "0123456789"],
    ["bytes=5-4", 200, null, "0123456789"],
    ["bytes=-", 200, null, "0123456789"],
    ["bytes=one-two", 200, null, "0123456789"],
    ["frames=0-1", 200, null, "0123456789"],
  ])("of %s is answered with %i", async (range, status, contentRange, body) => {
    const response = await get({ range });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-range")).toBe(contentRange);
    expect(await response.text()).toBe(body);
    const length = status === 416 ? null : String(body.length);
    expect(response.headers.get("content-length")).toBe(length);
  });

  test.each([
    ["the tag", () => etag, 206],
    ["the exact date", () => LAST_MODIFIED, 206],
    ["another tag", () => '"another"', 200],
    ["the tag made weak", () => `W/${etag}`, 200],
    ["an earlier date", () => "Wed, 21 Oct 2026 07:27:59 GMT", 200],
    ["a later date", () => "Wed, 21 Oct 2026 07:28:01 GMT", 200],
    ["nonsense", () => "yesterday", 200],
  ])("on condition of %s", async (_, toCondition, status) => {
    const response = await get({ range: "bytes=0-1", "if-range": toCondition() });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(status === 206 ? "01" : "0123456789");
  });

  test("past the end is ignored when its condition is stale", async () => {
    expect((await get({ range: "bytes=10-", "if-range": '"another"' })).status).toBe(200);
  });

  test("is ignored for HEAD, which describes the whole file", async () => {
    const response = await get({ range: "bytes=0-1" }, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("10");
    expect(response.headers.get("content-range")).toBeNull();
    expect(response.body).toBeNull();
  });

  test("of a store with weak tags ignores If-Range with a tag", async () => {
    const weak: MediaStore = {
      ...store,
      stat: async () => ({ bytes: 10, etag: 'W/"1"', modifiedAt: new Date(LAST_MODIFIED) }),
    };
    const headers = { range: "bytes=0-1", "if-range": 'W/"1"' };
    const request = new Request("http://localhost/video.mp4", { headers });
    const response = await serveMedia(request, weak, "one/video.mp4", options);
    expect(response?.status).toBe(200);
    await response?.body?.cancel();
  });
});

describe("a file whose end is withheld", () => {
  test.each([
    ["bytes=0-", 206, "bytes 0-6/7", "0123456"],
    ["bytes=5-99", 206, "bytes 5-6/7", "56"],
    ["bytes=-2", 206, "bytes 5-6/7", "56"],
    ["bytes=-99", 206, "bytes 0-6/7", "0123456"],
    ["bytes=7-", 416, "bytes */7", ""],
    ["bytes=7-9", 416, "bytes */7", ""],
    ["bytes=0-1,7-9", 200, null, "0123456"],
  ])("is served without it for %s", async (range, status, contentRange, body) => {
    const response = await getShort({ range });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-range")).toBe(contentRange);
    expect(await response.text()).toBe(body);
    if (status !== 416) expect(response.headers.get("content-length")).toBe(String(body.length));
  });

  test("is not confused with the whole file, by tag or date", async () => {
    const short = (await getShort({})).headers.get("etag") ?? "";
    expect(short).not.toBe(etag);
    expect((await getShort({})).headers.has("last-modified")).toBe(false);
    expect((await getShort({ "if-none-match": short })).status).toBe(304);
    expect((await getShort({ "if-none-match": etag })).status).toBe(200);
    expect((await getShort({ "if-modified-since": LAST_MODIFIED })).status).toBe(200);
    expect((await getShort({ range: "bytes=0-1", "if-range": short })).status).toBe(206);
    for (const condition of [etag, LAST_MODIFIED])
      expect((await getShort({ range: "bytes=0-1", "if-range": condition })).status).toBe(200);
    expect((await get({ "if-none-match": short })).status).toBe(200);
  });

  async function getShort(headers: Record<string, string>): Promise<Response> {
    const request = new Request("http://localhost/video.mp4", { headers });
    const short = { ...options, withheldBytes: 3 };
    const response = await serveMedia(request, store, "one/video.mp4", short);
    if (!response) throw new Error("There is no such file");
    return response;
  }
});

describe("a visitor who has the file", () => {
  test.each([
    ["its tag", () => ({ "if-none-match": etag }), 304],
    ["its tag made weak", () => ({ "if-none-match": `W/${etag}` }), 304],
    ["its tag in a list", () => ({ "if-none-match": `"a", W/"b,c" ,${etag}` }), 304],
    ["any tag", () => ({ "if-none-match": "*" }), 304],
    ["another tag", () => ({ "if-none-match": '"another"' }), 200],
    ["its date", () => ({ "if-modified-since": LAST_MODIFIED }), 304],
    ["a later date", () => ({ "if-modified-since": "Thu, 22 Oct 2026 00:00:00 GMT" }), 304],
    ["an earlier date", () => ({ "if-modified-since": "Tue, 20 Oct 2026 00:00:00 GMT" }), 200],
    ["no readable date", () => ({ "if-modified-since": "yesterday" }), 200],
    [
      "another tag and its date",
      () => ({ "if-none-match": '"another"', "if-modified-since": LAST_MODIFIED }),
      200,
    ],
    ["its tag and a range", () => ({ "if-none-match": etag, range: "bytes=0-1" }), 304],
  ])("names %s", async (_, toHeaders, status) => {
    for (const method of ["GET", "HEAD"]) {
      const response = await get(toHeaders(), { method });
      expect(response.status).toBe(status);
      expect(response.headers.get("etag")).toBe(etag);
      await response.body?.cancel();
    }
  });

  test("gets no body and no length", async () => {
    const response = await get({ "if-none-match": etag });
    expect(response.body).toBeNull();
    expect(response.headers.get("content-length")).toBeNull();
  });
});

test.each([
  ["GET", "0123456789"],
  ["HEAD", ""],
])("describes the file for %s", async (method, body) => {
  const response = await get({}, { method });
  expect(Object.fromEntries(response.headers)).toEqual({
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "content-length": "10",
    "content-security-policy": "default-src 'none'; media-src 'self'; sandbox allow-same-origin",
    "content-type": "video/mp4",
    "cross-origin-resource-policy": "same-origin",
    etag,
    "last-modified": LAST_MODIFIED,
    "x-content-type-options": "nosniff",
  });
  expect(await response.text()).toBe(body);
});

test("lets other sites embed a public file", async () => {
  const response = await get({}, { method: "HEAD" }, { ...options, isPublic: true });
  expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
});

test("answers 404 for a file that does not exist", async () => {
  const request = new Request("http://localhost/video.mp4");
  expect(await serveMedia(request, store, "nobody/video.mp4", options)).toBeUndefined();
});

test("serves an empty file", async () => {
  const source = path.join(store.scratchDir, "empty");
  await writeFile(source, "");
  await store.put("two/video.mp4", source, "video/mp4");
  const request = (headers = {}) => new Request("http://localhost/video.mp4", { headers });
  const whole = await serveMedia(request(), store, "two/video.mp4", options);
  expect([whole?.status, whole?.headers.get("content-length")]).toEqual([200, "0"]);
  const range = { range: "bytes=0-" };
  const part = await serveMedia(request(range), store, "two/video.mp4", options);
  expect([part?.status, part?.headers.get("content-range")]).toEqual([416, "bytes */0"]);
});

test("reads nothing for HEAD", async () => {
  const read = vi.fn(store.read);
  const request = new Request("http://localhost/video.mp4", { method: "HEAD" });
  await serveMedia(request, { ...store, read }, "one/video.mp4", options);
  expect(read).not.toHaveBeenCalled();
});

describe("a download", () => {
  test.each([
    ["rocket.mp4", "attachment; filename=rocket.mp4"],
    [
      "Café “Zoë”.mp4",
      "attachment; filename=cafe-zoe.mp4; filename*=UTF-8''Caf%C3%A9%20%E2%80%9CZo%C3%AB%E2%80%9D.mp4",
    ],
    ["火箭.mp4", "attachment; filename=firstframe.mp4; filename*=UTF-8''%E7%81%AB%E7%AE%AD.mp4"],
    ["🚀.webm", "attachment; filename=firstframe.webm; filename*=UTF-8''%F0%9F%9A%80.webm"],
    ["còn.mp4", "attachment; filename=con-video.mp4; filename*=UTF-8''c%C3%B2n.mp4"],
    [
      `a"b\\c%d'e(f)*.mp4`,
      "attachment; filename=a-b-c-d-e-f.mp4; filename*=UTF-8''a%22b%5Cc%25d%27e%28f%29%2A.mp4",
    ],
    ["a\r\nb: c.mp4", "attachment; filename=a-b-c.mp4; filename*=UTF-8''a%0D%0Ab%3A%20c.mp4"],
    ["half \ud83d.mp4", "attachment; filename=half.mp4; filename*=UTF-8''half%20%EF%BF%BD.mp4"],
  ])("is called %j", async (downloadName, expected) => {
    const named = { ...options, downloadName };
    const response = await get({}, { method: "HEAD", query: "?download=1" }, named);
    expect(response.headers.get("content-disposition")).toBe(expected);
  });

  test.each(["", "?download=0", "?download"])("is not forced by %j", async (query) => {
    const named = { ...options, downloadName: "rocket.mp4" };
    const response = await get({}, { method: "HEAD", query }, named);
    expect(response.headers.get("content-disposition")).toBeNull();
  });
});

async function get(
  headers: Record<string, string>,
  { method = "GET", query = "" } = {},
  serveOptions = options,
): Promise<Response> {
  const request = new Request(`http://localhost/video.mp4${query}`, { method, headers });
  const response = await serveMedia(request, store, "one/video.mp4", serveOptions);
  if (!response) throw new Error("The file is gone");
  return response;
}
