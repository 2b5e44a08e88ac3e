import { writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openS3Store } from "@/lib/server/media/s3-store";
import { makeFolder } from "../generations/support";

const silentForMs = 100;

test.each([
  ["a look", (store: Store) => store.stat("one/video.mp4")],
  ["a removal", (store: Store) => store.remove("one/video.mp4")],
  ["a read", (store: Store) => readAll(store, "one/video.mp4")],
  ["a write", putLargeFile],
])("an S3 server that never answers does not block %s forever", async (_, use) => {
  const store = await openSilent(() => {});
  await expect(use(store)).rejects.toThrow();
});

test("an S3 server that goes silent in the middle of a file does not block its reader forever", async () => {
  const store = await openSilent((_, response) => {
    response.writeHead(206, { "content-length": 1_000_000 });
    response.write("beginning");
  });
  await expect(readAll(store, "one/video.mp4")).rejects.toThrow();
});

test("a slow reader is not interrupted", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const store = await openSilent((_, response) => {
    response.writeHead(200, { "content-length": 2 });
    response.write("a");
    setImmediate(() => response.end("b"));
  });

  const reader = store.read("one/video.mp4").getReader();
  const chunks = [await reader.read()];
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  while (!chunks.at(-1)?.done) chunks.push(await reader.read());

  expect(Buffer.concat(chunks.flatMap(({ value }) => value ?? [])).toString()).toBe("ab");
});

const giveEndlessly: RequestListener = (request, response) => {
  if (request.method !== "GET") return response.writeHead(204).end();
  response.writeHead(200, { "content-length": 2 ** 30 });
  response.write(Buffer.alloc(2 ** 18));
};

test("sixty idle readers do not prevent others from storing or reading a file", async () => {
  const store = await openSilent(giveEndlessly, { silentForMs: 5_000 });
  for (let count = 0; count < 60; count++) await store.read("one/video.mp4").getReader().read();

  await store.remove("two/video.mp4");
  expect(await store.read("two/video.mp4").getReader().read()).toHaveProperty("value");
});

test("gives the place of the reader that has read nothing for longest to the next reader", async () => {
  const store = await openSilent(giveEndlessly, {
    silentForMs: 5_000,
    readsAtOnce: 2,
    idleForMs: 0,
  });
  const readers = Array.from({ length: 3 }, () => store.read("one/video.mp4").getReader());
  const taken = [];
  for (const reader of readers) taken.push((await reader.read()).value?.length ?? 0);

  expect(Math.min(...taken)).toBeGreaterThan(0);
  await expect(readers[0]?.read()).rejects.toThrow();
  expect((await readers[1]?.read())?.value?.length).toBeGreaterThan(0);
});

test("a reader that leaves frees its place", async () => {
  const options = { silentForMs: 5_000, readsAtOnce: 1, idleForMs: 60_000 };
  const store = await openSilent(giveEndlessly, options);
  const first = store.read("one/video.mp4").getReader();
  await first.read();
  const second = store.read("one/video.mp4").getReader().read();
  await first.cancel();
  expect(await second).toHaveProperty("value");
});

type Store = Awaited<ReturnType<typeof openS3Store>>;

async function openSilent(
  answer: RequestListener,
  options: Parameters<typeof openS3Store>[1] = { silentForMs },
): Promise<Store> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const variables = {
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_S3: `http://localhost:${port}`,
    TMPDIR: await makeFolder(),
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return openS3Store("s3://films", options);
}

async function readAll(store: Store, key: string): Promise<void> {
  for await (const _ of store.read(key));
}

async function putLargeFile(store: Store): Promise<void> {
  const file = path.join(await makeFolder(), "video.mp4");
  await writeFile(file, Buffer.alloc(8_000_000));
  await store.put("one/video.mp4", file, "video/mp4");
}
