import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { guardedFetch, HostRefusedError } from "@/lib/net/guarded-fetch";
import { findProxyAgent, goThroughProxies } from "@/lib/net/outbound-proxy";
import { openS3Store } from "@/lib/server/media/s3-store";
import { fetchFile } from "@/lib/server/upstream/files";
import { startProxy } from "../connect-proxy";
import {
  completed,
  file,
  resultAt,
  startScriptedUpstream,
} from "../server/generations/scripted-upstream";
import {
  makeClick,
  makeFolder,
  openServer,
  submitAndFind,
  watchToEnd,
} from "../server/generations/support";
import { makeVideo } from "../server/generations/videos";

const videoUrl = "https://v3b.fal.media/files/b/rocket/output.mp4";

describe("behind a proxy", () => {
  test("a run is submitted, followed and archived through the proxy alone", async () => {
    const upstream = await startScriptedUpstream();
    upstream.answer("status", completed);
    upstream.answer("result", resultAt(videoUrl));
    upstream.answer("file", file(await makeVideo()));
    const { asked } = await setProxy(upstream.base);

    const server = await openServer("sqlite", { base: "http://fal.example" });
    const { id } = await submitAndFind(server.services, makeClick());

    expect((await watchToEnd(server, id)).state.status).toBe("done");
    // `fetch` opens a tunnel, which the second call may reuse. The proxy forwards a guarded call without one.
    expect(asked).toContain("CONNECT fal.example:80");
    expect(asked).toContain("GET http://fal.example/v3b.fal.media/files/b/rocket/output.mp4");
  });

  test("the proxy resolves the names of fal's files, and no other host is called", async () => {
    const { base } = await startScriptedUpstream();
    const { asked } = await setProxy(base);
    const limits = { maxBytes: 1000, timeoutMs: 1000 };
    const read = (url: string) => Array.fromAsync(fetchFile(new URL(url), target, limits));

    await expect(read(videoUrl)).rejects.toThrow();
    await expect(read("https://evil.example/output.mp4")).rejects.toThrow();

    expect(asked).toEqual(["CONNECT v3b.fal.media:443"]);
  });

  test.each([
    "http://127.0.0.1:9/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:9/",
    "http://[fd00::1]/",
    "http://2130706433:9/",
    "http://localhost:9/",
    "http://router/",
    "http://metadata.google.internal/",
    "http://printer.local./",
  ])("%s is refused before it is asked", async (url) => {
    const { base } = await startScriptedUpstream();
    const { asked } = await setProxy(base);

    const call = guardedFetch(new URL(url), { allowPrivateHosts: false, timeoutMs: 1000 });

    await expect(call).rejects.toThrow(HostRefusedError);
    expect(asked).toEqual([]);
  });

  test("loopback is called directly", async () => {
    const upstream = await startScriptedUpstream();
    const { asked } = await setProxy(upstream.base);
    const server = await openServer("sqlite", upstream);

    await submitAndFind(server.services, makeClick());
    const call = guardedFetch(new URL(upstream.base), { allowPrivateHosts: true, timeoutMs: 1000 });

    expect((await call).status).toBe(404);
    expect(asked).toEqual([]);
  });

  test("an S3 server is called through it", async () => {
    const s3 = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => s3.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void s3.close());
    const { asked } = await setProxy(`http://127.0.0.1:${(s3.address() as AddressInfo).port}`);
    const variables = {
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "eu-central-1",
      AWS_ENDPOINT_URL_S3: "http://s3.example",
      TMPDIR: await makeFolder(),
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);

    const store = await openS3Store("s3://films");

    expect(await store.stat("one/video.mp4")).toBeUndefined();
    expect(asked).toEqual(["HEAD http://s3.example/films/one/video.mp4"]);
  });
});

const proxies = {
  HTTP_PROXY: "http://proxy.example:3128",
  HTTPS_PROXY: "http://proxy.example:3128",
};

test.each([
  ["https://queue.fal.run/", "", true],
  ["https://queue.fal.run/", "*", false],
  ["https://queue.fal.run/", "fal.run", false],
  ["https://queue.fal.run/", ".fal.run", false],
  ["https://queue.fal.run/", "*.fal.run, other.example", false],
  ["https://queue.fal.run/", "l.run", true],
  ["https://queue.fal.run/", "fal.run:443", false],
  ["https://queue.fal.run/", "fal.run:8443", true],
  ["http://10.0.0.5:8787/", "10.0.0.5", false],
  ["http://[fd00::5]:8787/", "fd00::5", false],
  ["http://localhost:8787/", "", false],
  ["http://[::1]:8787/", "", false],
])("%s with NO_PROXY=%s goes through the proxy: %s", (url, NO_PROXY, goesThrough) => {
  const agent = findProxyAgent(new URL(url), { ...proxies, NO_PROXY });
  expect(agent !== undefined).toBe(goesThrough);
});

test("lower-case variables win, and a proxy for https does not apply to http", () => {
  const https = { https_proxy: "http://proxy.example:3128" };
  expect(findProxyAgent(new URL("https://queue.fal.run/"), https)).toBeDefined();
  expect(findProxyAgent(new URL("http://pictures.example/"), https)).toBeUndefined();
  const both = { ...proxies, NO_PROXY: "fal.run", no_proxy: "other.example" };
  expect(findProxyAgent(new URL("https://queue.fal.run/"), both)).toBeDefined();
});

const target = { kind: "fal", authorization: "Key test:test", webhookKeysUrl: "" } as const;

async function setProxy(base: string) {
  const proxy = await startProxy(base);
  vi.stubEnv("HTTP_PROXY", proxy.origin);
  vi.stubEnv("HTTPS_PROXY", proxy.origin);
  onTestFinished(goThroughProxies());
  return proxy;
}
