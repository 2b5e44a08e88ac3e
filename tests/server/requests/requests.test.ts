import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { networkOf } from "@/lib/net/addresses";
import { getLog } from "@/lib/server/log";
import { MAX_BUFFERED_BYTES_PER_SENDER, reserveBody } from "@/lib/server/requests/bodies";
import { guard } from "@/lib/server/requests/guard";
import { checkHost } from "@/lib/server/requests/hosts";

test("passes on only our own of 3,844 cookies", async () => {
  const { send, seen } = await startGuarded();
  const others = Array.from({ length: 3844 }, (_, n) => n.toString(36)).join("; ");
  const cookie = `${others.slice(0, 15_000)}; firstframe=a; __Host-firstframe=b; firstframe-slug=c`;
  expect(await send("GET /", [`cookie: ${cookie}`])).toMatch(/^HTTP\/1.1 200/);
  expect(seen[0]?.headers.cookie).toBe("firstframe=a; __Host-firstframe=b; firstframe-slug=c");
  expect(seen[0]?.rawHeaders.join(" ")).not.toContain("; 1; 2");
  await send("GET /", [`cookie: ${others.slice(0, 15_000)}`]);
  expect(seen[1]?.headers).not.toHaveProperty("cookie");
});

test.each([
  ["many fields", `/?${"a&".repeat(7800).slice(0, 15_000)}`, 414],
  ["fields enough to be slow", `/icon.svg?${"a&".repeat(200)}`, 400],
  ["a long path", `/${"a".repeat(2000)}`, 414],
  ["many slashes", `/${"a/".repeat(400)}`, 400],
  ["a host in the path", "//evil.test/", 400],
  ["a whole address", "http://evil.test/", 400],
  ["half an escape", "/%f", 400],
  ["bytes that are no text", "/%ff%fe", 400],
  ["a null character in a field", "/api/generations?filter=model:%00", 400],
])("refuses %s before any route sees it", async (_, url, status) => {
  const { send, seen } = await startGuarded();
  expect(await send(`GET ${url}`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(seen).toEqual([]);
});

test("gives each request an id that its answer and its log line bear, and accepts none from outside", async () => {
  const log = vi.spyOn(getLog(), "info").mockImplementation(() => {});
  const { send } = await startGuarded();
  const refused = await send("GET /api/generations?filter=%00", ["x-request-id: chosen-by-me"]);
  const [, id = ""] = /^x-request-id: (\S+)/im.exec(refused) ?? [];
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(refused).toContain(`"requestId":"${id}"`);
  await vi.waitFor(() =>
    expect(log).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        ...{ requestId: id, method: "GET", route: "/api/generations", status: 400 },
      }),
      "request",
    ),
  );
  const shown = await send("GET /%f", ["accept: text/html"]);
  const [, ofPage = ""] = /^x-request-id: (\S+)/im.exec(shown) ?? [];
  expect(shown).toContain(`<code>${ofPage}</code>`);
});

test("keeps the id that a trusted proxy has given", async () => {
  vi.stubEnv("TRUST_PROXY", "true");
  vi.resetModules();
  const { nameRequest } = await import("@/lib/server/requests/request-id");
  const response = { setHeader() {} } as unknown as ServerResponse;
  const name = (given: string) =>
    nameRequest({ headers: { "x-request-id": given } } as unknown as IncomingMessage, response);
  expect(name("from-the-proxy-1")).toBe("from-the-proxy-1");
  expect(name("a\nforged line")).toMatch(/^[0-9a-f-]{36}$/);
});

test.each(["::", "[::1", "a b", "a/b", "a:b", "a@b", ""])(
  "answers 400 to an invalid host: %j",
  async (host) => {
    const { send, seen } = await startGuarded();
    expect(await send("GET /", [`host: ${host}`])).toMatch(/^HTTP\/1.1 400 /);
    expect(seen).toEqual([]);
  },
);

test.each([
  ["evil.test", "unknown_host"],
  ["localhost.evil.test", "unknown_host"],
  ["127.0.0.1.evil.test:80", "unknown_host"],
  ["localhost:3000", undefined],
  ["studio.localhost", undefined],
  ["127.0.0.1:3000", undefined],
  ["192.168.1.20:3000", undefined],
  ["[::1]:3000", undefined],
])("without PUBLIC_URL, treats %s as %s", (host, code) => {
  expect(checkHost({ host }, "/")?.code).toBe(code);
});

test("names the setting for a host, as a page and as JSON", async () => {
  const { send } = await startGuarded();
  const page = await send("GET /", ["host: evil.test", "accept: text/html"]);
  expect(page).toMatch(/^HTTP\/1.1 421 /);
  expect(page).toContain("ALLOWED_HOSTS");
  expect(page).toContain("<!doctype html>");
  const data = await send("GET /api/generations", ["host: evil.test"]);
  expect(data).toContain('"code":"unknown_host"');
  expect(await send("GET /api/health", ["host: app.internal"])).toMatch(/^HTTP\/1.1 200/);
});

test.each([
  ["POST /", ["content-length: 10000000"]],
  ["POST /", ["transfer-encoding: chunked"]],
  ["PUT /nowhere", ["content-length: 1"]],
  ["POST /api/fal/proxy", ["content-length: 20000000"]],
  ["POST /login", ["content-length: 9000"]],
  ["POST /shared", ["content-length: 60000000"]],
])("refuses a body that the route does not accept: %s %j", async (line, headers) => {
  const { send, seen } = await startGuarded();
  expect(await send(line, headers)).toMatch(/^HTTP\/1.1 413 /);
  expect(seen).toEqual([]);
});

test("limits the bytes that it buffers for one address, and for all together", () => {
  const rule = { maxBytes: MAX_BUFFERED_BYTES_PER_SENDER, held: (n: number) => n, isLarge: true };
  const from = (remoteAddress: string) =>
    reserveBody(
      {
        headers: { "content-length": String(MAX_BUFFERED_BYTES_PER_SENDER) },
        socket: { remoteAddress },
      } as unknown as IncomingMessage,
      rule,
    );
  const first = from("203.0.113.1");
  expect(from("203.0.113.1")).toEqual({ refusal: { code: "too_fast" } });
  const second = from("2001:db8::1");
  expect(from("2001:db8::2")).toEqual({ refusal: { code: "too_fast" } });
  expect(from("203.0.113.3")).toEqual({ refusal: { code: "too_fast", status: 503 } });
  for (const held of [first, second]) if ("release" in held) held.release();
  const again = from("203.0.113.1");
  expect(again).toHaveProperty("release");
  if ("release" in again) again.release();
});

test.each([
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:0:7::1", "2001:db8:0:7::/64"],
  ["2001:0db8::7:0:0:1", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("counts %s as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("starts no request before the first one is answered", async () => {
  const answers: ServerResponse[] = [];
  const { port } = await listen((_, response) => answers.push(response));
  const socket = connect(port, "127.0.0.1");
  const text = readAll(socket);

  socket.write("GET /icon.svg HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1200));
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers[0]?.end("the first");

  expect((await text).match(/HTTP\/1.1 200/g)).toHaveLength(1);
  expect(answers).toHaveLength(1);
});

test("answers a request that comes when the last answer is whole but has not been ended", async () => {
  const answers: ServerResponse[] = [];
  const { port } = await listen((_, response) => {
    answers.push(response);
    response.writeHead(200, { "content-length": 2 }).write("ok");
  });
  const socket = connect(port, "127.0.0.1");
  for (let count = 1; count <= 3; count++) {
    socket.write("GET /video.mp4 HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let text = "";
    while (!text.endsWith("ok")) text += String((await once(socket, "data"))[0]);
    expect(text).toMatch(/^HTTP\/1.1 200/);
    setTimeout(() => answers.at(-1)?.end(), 20);
  }
  expect(answers).toHaveLength(3);
  socket.destroy();
});

test("answers requests one after another on a connection", async () => {
  const { port } = await listen((_, response) => response.end("ok"));
  const socket = connect(port, "127.0.0.1");
  for (let count = 0; count < 3; count++) {
    socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    const [bytes] = await once(socket, "data");
    expect(String(bytes)).toMatch(/^HTTP\/1.1 200/);
  }
  socket.destroy();
});

test("keeps no listener of a body whose request was answered", async () => {
  const { port, server } = await listen((request, response) => {
    request.resume().on("end", () => response.end("ok"));
  });
  const listeners: number[] = [];
  server.on("request", ({ socket }) => listeners.push(socket.listenerCount("close")));
  const socket = connect(port, "127.0.0.1");
  for (let count = 0; count < 12; count++) {
    socket.write("POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\na");
    await once(socket, "data");
  }
  socket.destroy();
  expect(listeners.at(-1)).toBe(listeners[0]);
});

test("answers a request for an upgrade like any other", async () => {
  const { send, seen } = await startGuarded({ upgrades: (socket) => socket.pause() });
  const upgrade = ["connection: upgrade", "upgrade: websocket"];
  expect(await send("GET /nothing", upgrade)).toMatch(/^HTTP\/1.1 200/);
  expect(seen).toHaveLength(1);
});

test("aborts a body that stops in the middle, and accepts a slow large one", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { open, arrived } = await startGuarded({ isReading: true });
  const silent = open("POST /shared", ["content-length: 20000000"]);
  await arrived(1);
  for (let second = 0; second < 20; second++) vi.advanceTimersByTime(1000);
  expect(await silent.answer).toMatch(/^HTTP\/1.1 408 /);

  const slow = open("POST /shared", ["content-length: 2000000"]);
  await arrived(2);
  for (let part = 0; part < 20; part++) {
    await slow.write(Buffer.alloc(100_000));
    vi.advanceTimersByTime(10_000);
  }
  expect(await slow.answer).toMatch(/^HTTP\/1.1 200 /);
});

async function listen(answer: RequestListener): Promise<AddressInfo & { server: Server }> {
  const server = createServer(answer);
  guard(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return { ...(server.address() as AddressInfo), server };
}

async function readAll(socket: Socket): Promise<string> {
  return Buffer.concat(await socket.toArray()).toString();
}

/** Starts a server behind the guard that answers every request. */
async function startGuarded({ isReading = false, upgrades = (_: Duplex) => {} } = {}) {
  const seen: IncomingMessage[] = [];
  let received = 0;
  const { port, server } = await listen(async (request, response) => {
    seen.push(request);
    if (isReading) {
      const isWhole = await request
        .on("data", (chunk) => {
          received += chunk.length;
        })
        .toArray()
        .then(() => true)
        .catch(() => false);
      if (!isWhole) return;
    }
    response.end("ok");
  });
  server.on("upgrade", (_, socket) => upgrades(socket));

  function open(line: string, headers: string[] = []) {
    const socket = connect(port, "127.0.0.1");
    const hasHost = headers.some((header) => header.startsWith("host:"));
    const lines = [`${line} HTTP/1.1`, ...(hasHost ? [] : ["host: localhost"]), ...headers];
    socket.write(`${lines.join("\r\n")}\r\nconnection: close\r\n\r\n`);
    let text = "";
    const answer = new Promise<string>((resolve) => {
      socket.on("data", (chunk) => {
        text += chunk;
        if (/\r\n\r\n.+/s.test(text)) resolve(text);
      });
      socket.on("close", () => resolve(text));
      socket.on("error", () => {});
    });
    const write = async (bytes: Buffer) => {
      const before = received;
      socket.write(bytes);
      while (received < before + bytes.length) await new Promise((done) => setImmediate(done));
    };
    return { answer, write };
  }

  return {
    seen,
    open,
    send: (line: string, headers?: string[]) => open(line, headers).answer,
    arrived: async (count: number) => {
      while (seen.length < count) await new Promise((done) => setImmediate(done));
    },
  };
}
