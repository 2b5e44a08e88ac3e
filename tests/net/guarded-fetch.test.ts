import { expect, test } from "vitest";
import { isPublicAddress } from "../../lib/net/addresses.ts";
import {
  FetchFailedError,
  guardedFetch,
  HostRefusedError,
  ResponseTooLargeError,
} from "../../lib/net/guarded-fetch.ts";
import { serve } from "../serve.ts";

const local = { allowPrivateHosts: true, timeoutMs: 5000 };
const strict = { allowPrivateHosts: false, timeoutMs: 5000 };

test.each([
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "168.63.129.16",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "fc00::1",
  "fdff::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "no address",
])("refuses the private address %s", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  "1.1.1.1",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "198.17.255.255",
  "223.255.255.255",
  "2001:4860:4860::8888",
  "2606:4700::1111",
  "2a00:1450:4001:82f::200e",
])("treats %s as public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  "http://127.0.0.1:9/",
  "http://2130706433:9/",
  "http://0x7f.1:9/",
  "http://[::1]:9/",
  "http://[::ffff:127.0.0.1]:9/",
  "http://localhost:9/",
  "http://169.254.169.254/latest/meta-data/",
  "ftp://example.com/a.png",
  "file:///etc/passwd",
])("refuses to call %s", async (url) => {
  await expect(guardedFetch(new URL(url), strict)).rejects.toThrow(HostRefusedError);
});

test("refuses a name when one of its addresses is private", async () => {
  const resolve = async () => [
    { address: "93.184.215.14", family: 4 },
    { address: "10.0.0.1", family: 4 },
  ];
  const call = guardedFetch(new URL("http://pictures.example/"), { ...strict, resolve });
  await expect(call).rejects.toThrow(HostRefusedError);
});

test("resolves a name once, connects to that address and sends the name to the server", async () => {
  const url = await serve((request, response) => response.end(request.headers.host));
  const asked: string[] = [];
  const resolve = async (name: string) => {
    asked.push(name);
    return [{ address: "127.0.0.1", family: 4 }];
  };
  url.hostname = "pictures.example";
  const answer = await guardedFetch(url, { ...local, resolve });
  expect(await readText(answer.body)).toBe(url.host);
  expect(asked).toEqual(["pictures.example"]);
});

test("sends a method, headers and a body, and answers with status, headers and body", async () => {
  const url = await serve(async (request, response) => {
    const text = await readText(request);
    response.writeHead(201, { "x-kind": request.headers["x-kind"] });
    response.end(`${request.method} ${text} ${request.headers["content-length"]}`);
  });
  const message = { method: "POST", headers: { "x-kind": "webhook" }, body: "café" };
  const answer = await guardedFetch(url, { ...local, ...message });
  expect([answer.status, answer.headers.get("x-kind")]).toEqual([201, "webhook"]);
  expect(await readText(answer.body)).toBe("POST café 5");
});

test("answers with a redirect instead of following it", async () => {
  let calls = 0;
  const url = await serve((_request, response) => {
    calls += 1;
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  const answer = await guardedFetch(url, local);
  answer.drop();
  expect([answer.status, answer.headers.get("location"), calls]).toEqual([302, "/elsewhere", 1]);
});

test("refuses an answer whose stated length is over the limit", async () => {
  const url = await serve((_request, response) => response.end("x".repeat(11)));
  await expect(guardedFetch(url, { ...local, maxBytes: 10 })).rejects.toThrow(
    ResponseTooLargeError,
  );
});

test("breaks off an answer that grows over the limit", async () => {
  const url = await serve((_request, response) => {
    response.write("x".repeat(6));
    response.end("x".repeat(6));
  });
  const answer = await guardedFetch(url, { ...local, maxBytes: 10 });
  await expect(readText(answer.body)).rejects.toThrow(ResponseTooLargeError);
});

test("gives up on a server that never answers", async () => {
  const url = await serve(() => {});
  const call = guardedFetch(url, { ...local, timeoutMs: 20 });
  await expect(call).rejects.toThrow(FetchFailedError);
});

test("gives up on an answer that never ends", async () => {
  const url = await serve((_request, response) => response.write("beginning"));
  const answer = await guardedFetch(url, { ...local, timeoutMs: 100 });
  await expect(readText(answer.body)).rejects.toThrow("No complete answer within 100 ms");
});

test("gives up on a server that has gone silent, before its answer and in the middle", async () => {
  const never = await serve(() => {});
  const patient = { ...local, silentForMs: 20 };
  await expect(guardedFetch(never, patient)).rejects.toThrow("Nothing came for 20 ms");

  const begun = await serve((_request, response) => response.write("beginning"));
  const answer = await guardedFetch(begun, patient);
  await expect(readText(answer.body)).rejects.toThrow("Nothing came for 20 ms");
});

test("stops with the caller's own reason when the caller stops it", async () => {
  const cancelled = new Error("cancelled");
  const controller = new AbortController();
  const url = await serve(() => controller.abort(cancelled));
  const call = guardedFetch(url, { ...local, signal: controller.signal });
  await expect(call).rejects.toBe(cancelled);
});

test("reports a broken connection as a failed fetch", async () => {
  const url = await serve((request) => request.socket.destroy());
  await expect(guardedFetch(url, local)).rejects.toThrow(FetchFailedError);
});

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
