import { once } from "node:events";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Attempt, Theme } from "./attempt.ts";
import type { Message } from "./client.ts";
import { publishIn } from "./costs.ts";
import type { Lab } from "./labs.ts";
import { newAddress } from "./stage.ts";
import { type Strain, toBurden } from "./strain.ts";

const MEGABYTE = 2 ** 20;
const HELD_MS = 2_500;

type Flood = {
  count: number;
  bytes: number;
  path: (lab: Lab) => string | Promise<string>;
  method?: string;
  headers?: Record<string, string>;
  hasCookie?: boolean;
};

const chunk = Buffer.alloc(MEGABYTE, "a");
const form = { "content-type": "application/x-www-form-urlencoded" };
const multipart = { "content-type": "multipart/form-data; boundary=x" };
const jsonType = { "content-type": "application/json" };

/** Sends bodies, all but their last byte, and holds them so; then lets go. */
async function flood(lab: Lab, wanted: Flood): Promise<void> {
  const path = await wanted.path(lab);
  const sockets = await Promise.all(
    Array.from({ length: wanted.count }, (_, index) => pour(lab, index, { ...wanted, path })),
  );
  await delay(HELD_MS);
  for (const socket of sockets) socket.destroy();
}

type Pour = Omit<Flood, "path" | "count"> & { path: string };

// Past the gateway, which reads a body to its end before it passes it on: no server would hold anything.
async function pour(lab: Lab, index: number, wanted: Pour) {
  const { bytes, path, method = "POST", headers, hasCookie } = wanted;
  const { hostname, port } = new URL(lab.servers[index % lab.servers.length]?.origin ?? "");
  const socket = net.connect({ host: hostname, port: Number(port) });
  // It may be refused at any moment, which is what should happen.
  socket.on("error", () => {}).resume();
  const all = {
    host: new URL(lab.origin).host,
    "content-length": String(bytes),
    "x-forwarded-for": newAddress(),
    ...headers,
    ...(hasCookie && { cookie: lab.cookie }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  for (let left = bytes - 1; left > 0 && socket.writable; left -= chunk.length) {
    if (!socket.write(chunk.subarray(0, Math.min(left, chunk.length)))) await untilDrained(socket);
  }
  return socket;
}

const DRAINED_WITHIN_MS = 2_000;

/** Or closed; or for so long that the server does not mean to read it. */
function untilDrained(socket: net.Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, DRAINED_WITHIN_MS);
  socket.on("drain", resolve).on("close", resolve);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.off("drain", resolve).off("close", resolve);
  });
}

const floods: [name: string, lab: "open" | "shut", wanted: Flood][] = [
  [
    "100 bodies of 10 MB to the studio behind a password",
    "shut",
    { count: 100, bytes: 10 * MEGABYTE, path: () => "/" },
  ],
  [
    "100 bodies of 10 MB to the studio",
    "open",
    { count: 100, bytes: 10 * MEGABYTE, path: () => "/", hasCookie: true },
  ],
  [
    "100 server actions of 10 MB",
    "open",
    {
      ...{ count: 100, bytes: 10 * MEGABYTE, path: () => "/" },
      headers: { ...multipart, "next-action": "0".repeat(42) },
    },
  ],
  [
    "100 bodies of 10 MB to a page that is not there",
    "open",
    { count: 100, bytes: 10 * MEGABYTE, path: () => "/nothing" },
  ],
  [
    "12 pictures of 49 MB to the share sheet behind a password",
    "shut",
    { count: 12, bytes: 49 * MEGABYTE, path: () => "/shared", headers: multipart },
  ],
  [
    "12 pictures of 49 MB to the share sheet, without a session",
    "open",
    { count: 12, bytes: 49 * MEGABYTE, path: () => "/shared", headers: multipart },
  ],
  [
    "12 pictures of 49 MB to the share sheet",
    "open",
    { count: 12, bytes: 49 * MEGABYTE, path: () => "/shared", headers: multipart, hasCookie: true },
  ],
  [
    "400 webhooks of 1 MB",
    "shut",
    {
      ...{ count: 400, bytes: MEGABYTE, path: () => "/api/fal/webhook?generation=x" },
      headers: jsonType,
    },
  ],
  [
    "100 logins of 10 MB",
    "shut",
    { count: 100, bytes: 10 * MEGABYTE, path: () => "/login", headers: form },
  ],
  [
    "100 passwords of 10 MB for a link",
    "open",
    {
      ...{ count: 100, bytes: 10 * MEGABYTE, headers: form },
      path: async (lab) => `/v/${(await publishIn(lab)).slug}`,
    },
  ],
  [
    "100 inputs of 10 MB to the gate",
    "open",
    {
      ...{ count: 100, bytes: 10 * MEGABYTE, path: () => "/api/fal/proxy", hasCookie: true },
      headers: { ...jsonType, "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
    },
  ],
  [
    "100 addresses of 10 MB to the fetcher of pictures",
    "open",
    {
      ...{ count: 100, bytes: 10 * MEGABYTE, path: () => "/api/pictures", hasCookie: true },
      headers: jsonType,
    },
  ],
  [
    "100 bodies of 10 MB with a look at the library",
    "open",
    { count: 100, bytes: 10 * MEGABYTE, path: () => "/api/generations", method: "GET" },
  ],
  [
    "100 bodies of 10 MB to a report of a link",
    "open",
    {
      ...{ count: 100, bytes: 10 * MEGABYTE, headers: form },
      path: async (lab) => `/v/${(await publishIn(lab)).slug}/report`,
    },
  ],
  [
    "100 bodies of 10 MB to the end of a session",
    "open",
    { count: 100, bytes: 10 * MEGABYTE, path: () => "/logout" },
  ],
];

const burdens: Strain[] = floods.map(([name, lab, wanted]) => ({
  ...{ name, lab, isLong: true },
  run: async (opened) => {
    await flood(opened, wanted);
    return [];
  },
}));

const whole: Strain[] = [
  {
    name: "12 whole forms of 49 MB to the share sheet, without a session",
    lab: "open",
    isLong: true,
    run: (lab) =>
      Promise.all(Array.from({ length: 12 }, () => lab.call({ ...sheet(), from: newAddress() }))),
  },
  {
    name: "4 forms of 806,000 fields to the share sheet",
    lab: "open",
    isLong: true,
    run: (lab) =>
      Promise.all(
        Array.from({ length: 4 }, () =>
          lab.ask("/shared", { method: "POST", headers: form, body: "a&".repeat(806_000) }),
        ),
      ),
  },
];

function sheet(): Message {
  const start = '--x\r\ncontent-disposition: form-data; name="picture"; filename="a.png"\r\n';
  const body = `${start}content-type: image/png\r\n\r\n${"a".repeat(49 * MEGABYTE)}\r\n--x--\r\n`;
  return { method: "POST", path: "/shared", headers: multipart, body };
}

const LET_GO_WITHIN_MS = 60_000;

/** A body that says that it is longer than it is. */
const unfinished: Attempt[] = [
  ["to the studio", "/", form],
  ["to the login", "/login", form],
  ["to the share sheet", "/shared", multipart],
  ["to the gate", "/api/fal/proxy", jsonType],
  ["to fal's reports", "/api/fal/webhook?generation=x", jsonType],
].map(([name, path, headers]) => ({
  name: `20 bodies ${name} that never end`,
  isLong: true,
  async run(scene) {
    const lab = await scene.lab("open");
    const sockets = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        pour(lab, index, {
          ...{ bytes: 2_000, path: String(path), hasCookie: true },
          headers: headers as Record<string, string>,
        }),
      ),
    );
    return (await areLetGo(sockets))
      ? []
      : [{ status: 200, headers: "", text: "they are still waited for" }];
  },
}));

/** Whoever asks for another protocol, and then says nothing. */
const upgrades: Attempt[] = ["/", "/nothing", "/_next/webpack-hmr", "/_next/static/x.js"].map(
  (path) => ({
    name: `20 connections to ${path} that are to become sockets`,
    isLong: true,
    async run(scene) {
      const lab = await scene.lab("open");
      const headers = {
        connection: "upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
      };
      const sockets = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          pour(lab, index, { bytes: 0, path, method: "GET", headers }),
        ),
      );
      return (await areLetGo(sockets))
        ? []
        : [{ status: 200, headers: "", text: "they are kept open" }];
    },
  }),
);

async function areLetGo(sockets: net.Socket[]): Promise<boolean> {
  const closed = Promise.all(
    sockets.map((socket) => socket.closed || once(socket, "close").catch(() => {})),
  ).then(() => true);
  const isLetGo = await Promise.race([closed, delay(LET_GO_WITHIN_MS, false)]);
  for (const socket of sockets) socket.destroy();
  return isLetGo;
}

export const memory: Theme = {
  title: "memory of strangers",
  attempts: [...[...burdens, ...whole].map(toBurden), ...unfinished, ...upgrades],
};
