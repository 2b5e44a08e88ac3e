import { once } from "node:events";
import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readlink,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openMediaStore } from "@/lib/server/media/open-store";
import type { MediaStore } from "@/lib/server/media/store";
import { startS3, type TestS3 } from "../../s3";

const MEGABYTE = 1024 * 1024;

let folder: string;
let s3: TestS3;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "media-"));
  s3 = await startS3({ checksSignatures: false });
});

beforeEach(() => {
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  // The S3 store keeps its scratch folder there.
  vi.stubEnv("TMPDIR", folder);
});

afterAll(async () => {
  await s3.stop();
  await rm(folder, { recursive: true });
});

describe.each([
  ["a folder", () => `file:${path.join(folder, "deep/down/media")}`],
  ["a bucket", () => "s3://films/kept"],
])("a store in %s", (_, toUrl) => {
  let store: MediaStore;

  beforeEach(async () => {
    store = await openMediaStore(toUrl());
  });

  test("returns what was stored", async () => {
    await put(store, "one/video.mp4", "moving pictures");
    expect(await readText(store.read("one/video.mp4"))).toBe("moving pictures");
  });

  test("names every file that it has", async () => {
    const keys = ["listed-1/video.mp4", "listed-1/poster.jpg", "listed-2/original"];
    for (const key of keys) await put(store, key, "four");
    const found = (await Array.fromAsync(store.list())).filter(({ key }) => keys.includes(key));
    expect(found.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(found.every(({ bytes, modifiedAt }) => bytes === 4 && modifiedAt.getTime() > 0)).toBe(
      true,
    );
  });

  test("moves the file from its old place", async () => {
    await put(store, "one/video.mp4", "moving pictures");
    expect(await readdir(store.scratchDir)).toEqual([]);
  });

  test.each([
    ["the beginning", { start: 0, end: 1 }, "mo"],
    ["the middle", { start: 7, end: 10 }, "pict"],
    ["the last byte", { start: 14, end: 14 }, "s"],
    ["everything", { start: 0, end: 14 }, "moving pictures"],
  ])("returns %s of a file", async (_name, range, expected) => {
    await put(store, "one/video.mp4", "moving pictures");
    expect(await readText(store.read("one/video.mp4", range))).toBe(expected);
  });

  test("returns an empty file", async () => {
    await put(store, "one/empty.mp4", "");
    expect(await store.stat("one/empty.mp4")).toMatchObject({ bytes: 0 });
    expect(await readText(store.read("one/empty.mp4"))).toBe("");
  });

  test("returns a file's size, date and strong tag", async () => {
    const before = Date.now();
    await put(store, "one/video.mp4", "moving pictures");
    const file = await store.stat("one/video.mp4");
    expect(file).toMatchObject({ bytes: 15, etag: expect.stringMatching(/^"[\w-]+"$/) });
    expect(Math.abs((file?.modifiedAt.getTime() ?? 0) - before)).toBeLessThan(10_000);
  });

  test("has another tag for another file under the same key", async () => {
    await put(store, "one/video.mp4", "before");
    const before = await store.stat("one/video.mp4");
    await put(store, "one/video.mp4", "after!");
    expect((await store.stat("one/video.mp4"))?.etag).not.toBe(before?.etag);
    expect(await readText(store.read("one/video.mp4"))).toBe("after!");
  });

  test("finds no file that was never stored", async () => {
    expect(await store.stat("nobody/video.mp4")).toBeUndefined();
    await expect(readText(store.read("nobody/video.mp4"))).rejects.toThrow();
  });

  test("removes a file and keeps the one beside it", async () => {
    await put(store, "one/video.mp4", "moving pictures");
    await put(store, "one/poster.jpg", "a picture");
    await store.remove("one/video.mp4");
    expect(await store.stat("one/video.mp4")).toBeUndefined();
    expect(await readText(store.read("one/poster.jpg"))).toBe("a picture");
  });

  test("removes a missing file without an error", async () => {
    await expect(store.remove("nobody/video.mp4")).resolves.toBeUndefined();
  });

  test.each([
    "../secret",
    "one/../secret",
    "one/..",
    "one/.",
    "one/.hidden",
    ".scratch/file",
    "/etc/passwd",
    "one/two/three",
    "one",
    "one/",
    "one\\..\\two/x",
    "one/video.mp4\n",
    "",
  ])("refuses the key %j", async (key) => {
    const refused = async (use: () => unknown) => use();
    await expect(refused(() => store.stat(key))).rejects.toThrow("Not a media key");
    await expect(refused(() => store.read(key))).rejects.toThrow("Not a media key");
    await expect(refused(() => store.remove(key))).rejects.toThrow("Not a media key");
    await expect(refused(() => store.put(key, "/dev/null", "a/b"))).rejects.toThrow(
      "Not a media key",
    );
  });

  test("clears its scratch folder of files older than a day", async () => {
    const [old, recent] = ["old", "recent"].map((name) => path.join(store.scratchDir, name));
    if (!old || !recent) throw new Error("No names");
    await Promise.all([writeFile(old, ""), writeFile(recent, "")]);
    const yesterday = Date.now() / 1000 - 25 * 60 * 60;
    await utimes(old, yesterday, yesterday);
    await openMediaStore(toUrl());
    expect(await readdir(store.scratchDir)).toEqual(["recent"]);
    await rm(recent);
  });

  test("gives several alternating readers the whole of a large file", async () => {
    await put(store, "big/video.mp4", Buffer.alloc(20 * MEGABYTE, "film"));
    const readers = Array.from({ length: 4 }, () => store.read("big/video.mp4").getReader());
    expect(await readInTurn(readers)).toEqual(readers.map(() => 20 * MEGABYTE));
  });

  test("fails a reader whose file is removed before the first byte", async () => {
    await put(store, "one/video.mp4", "moving pictures");
    const stream = store.read("one/video.mp4");
    await store.remove("one/video.mp4");
    await expect(readText(stream)).rejects.toThrow();
  });
});

test("a bucket's connection ends when its reader cancels", async () => {
  const store = await openMediaStore("s3://films");
  await put(store, "big/video.mp4", Buffer.alloc(20 * MEGABYTE));
  const answered = Promise.withResolvers<ServerResponse>();
  s3.server.once("request", (_, response) => answered.resolve(response));
  const reader = store.read("big/video.mp4").getReader();
  await reader.read();
  const response = await answered.promise;
  const closed = once(response, "close");
  await reader.cancel();
  await closed;
  expect(response.writableFinished).toBe(false);
});

test.each(["https://example.com/media", "data/media", "s3://", "s3:///prefix"])(
  "refuses to store media under %s",
  async (url) => {
    await expect(openMediaStore(url)).rejects.toThrow(/s3:\/\//);
  },
);

describe("a folder", () => {
  let store: MediaStore;
  let root: string;

  beforeEach(async () => {
    root = path.join(folder, "disk");
    store = await openMediaStore(`file:${root}`);
    await put(store, "one/video.mp4", Buffer.alloc(3 * MEGABYTE));
  });

  test("removes a generation's folder with its last file", async () => {
    await put(store, "one/poster.jpg", "a picture");
    await store.remove("one/video.mp4");
    expect(await readdir(root)).toContain("one");
    await store.remove("one/poster.jpg");
    expect(await readdir(root)).toEqual([".scratch"]);
  });

  test("finds no file where there is a folder", async () => {
    await mkdir(path.join(root, "one/folder"));
    expect(await store.stat("one/folder")).toBeUndefined();
    await rm(path.join(root, "one/folder"), { recursive: true });
  });

  test("keeps giving the old file to a reader while a new one takes its place", async () => {
    const reader = store.read("one/video.mp4").getReader();
    const first = (await reader.read()).value?.length ?? 0;
    await put(store, "one/video.mp4", "another");
    expect(await readInTurn([reader])).toEqual([3 * MEGABYTE - first]);
  });

  test("reads no further ahead than a chunk for each of several slow readers", async () => {
    await put(store, "big/video.mp4", Buffer.alloc(50 * MEGABYTE));
    const reads = await watchReads(path.join(root, "big/video.mp4"));
    const readers = Array.from({ length: 6 }, () => store.read("big/video.mp4").getReader());
    let given = 0;
    let mostAhead = 0;
    await readInTurn(readers, (bytes) => {
      given += bytes;
      mostAhead = Math.max(mostAhead, reads.bytesAsked - given);
    });
    expect(reads.bytesAsked).toBe(6 * 50 * MEGABYTE);
    expect(mostAhead).toBeLessThanOrEqual(6 * MEGABYTE);
    reads.stop();
  });

  // Other systems have no list of open files.
  describe.runIf(process.platform === "linux")("leaves no file open", () => {
    test("when nothing is read", async () => {
      store.read("one/video.mp4");
      expect(await listOpenFiles(root)).toEqual([]);
    });

    test("when the reader reaches the end", async () => {
      await readText(store.read("one/video.mp4"));
      expect(await listOpenFiles(root)).toEqual([]);
    });

    test("when the reader cancels early", async () => {
      const reader = store.read("one/video.mp4").getReader();
      await reader.read();
      expect(await listOpenFiles(root)).toHaveLength(1);
      await reader.cancel();
      expect(await listOpenFiles(root)).toEqual([]);
    });

    test("when the reader cancels while a chunk is on its way", async () => {
      const reader = store.read("one/video.mp4").getReader();
      const reading = reader.read();
      await reader.cancel();
      await reading;
      expect(await listOpenFiles(root)).toEqual([]);
    });

    test("when the file gets shorter under the reader", async () => {
      const reader = store.read("one/video.mp4").getReader();
      await reader.read();
      await truncate(path.join(root, "one/video.mp4"), 1000);
      await expect(reader.read()).rejects.toThrow("ends before its range");
      expect(await listOpenFiles(root)).toEqual([]);
    });
  });
});

let filesPut = 0;

async function put(store: MediaStore, key: string, content: string | Buffer) {
  const source = path.join(store.scratchDir, `incoming-${filesPut++}`);
  await writeFile(source, content);
  await store.put(key, source, "video/mp4");
}

function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream as BodyInit).text();
}

async function readInTurn(
  readers: ReadableStreamDefaultReader<Uint8Array>[],
  onChunk: (bytes: number) => void = () => {},
): Promise<number[]> {
  const totals = readers.map(() => 0);
  const open = new Set(readers.keys());
  while (open.size > 0) {
    for (const n of open) {
      const { value, done } = (await readers[n]?.read()) ?? { done: true };
      if (done) open.delete(n);
      totals[n] = (totals[n] ?? 0) + (value?.length ?? 0);
      onChunk(value?.length ?? 0);
    }
  }
  return totals;
}

async function watchReads(file: string) {
  const handle = await open(file);
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const spy = vi.spyOn(prototype, "read");
  return {
    get bytesAsked() {
      return spy.mock.calls.reduce((sum, call) => sum + Number((call as unknown[])[2]), 0);
    },
    stop: () => spy.mockRestore(),
  };
}

async function listOpenFiles(within: string): Promise<string[]> {
  const names = await readdir("/proc/self/fd");
  const targets = await Promise.all(
    names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")),
  );
  return targets.filter((target) => target.startsWith(within));
}
