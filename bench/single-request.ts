import { connect } from "node:net";
import { parseArgs } from "node:util";

// Measures how long one crafted request of each kind blocks the server for all others. Usage: node
// bench/single-request.ts --origin http://localhost:3000

const { values } = parseArgs({ options: { origin: { type: "string" } } });
const origin = new URL(values.origin ?? "http://localhost:3000");
const ROUNDS = 3;
const PROBED_EVERY_MS = 5;

type Kind = [name: string, line: string, headers?: string[], body?: string];

const many = (count: number, of: (n: number) => string, between: string) =>
  Array.from({ length: count }, (_, n) => of(n)).join(between);
const cookies = many(3844, (n) => n.toString(36), "; ").slice(0, 15_000);
const short = (text: string) => text.slice(0, 15_000);
const json = "content-type: application/json";
const urlencoded = "content-type: application/x-www-form-urlencoded";
const query = short(many(7800, () => "a", "&"));
const proxy = "POST /api/fal/proxy";
const target = (url: string) => [`x-fal-target-url: ${url}`, json];
const fields = many(806_000, () => "--b\r\ncontent-disposition: form-data; name=a\r\n\r\n\r\n", "");

const kinds: Kind[] = [
  ["nothing unusual", "GET /api/health"],
  ...["/", "/api/health", "/api/generations", "/icon.svg", "/login", "/v/none", "/nowhere"].map(
    (path): Kind => [`many cookies ${path}`, `GET ${path}`, [`cookie: ${cookies}`]],
  ),
  ["one large cookie", "GET /", [`cookie: firstframe=${"a".repeat(15_000)}`]],
  [
    "many cookies of ours",
    "GET /",
    [`cookie: ${short(many(900, (n) => `firstframe-${n}=a`, "; "))}`],
  ],
  ["cookies without end", "GET /", [`cookie: ${";".repeat(15_000)}`]],
  ["many headers", "GET /", [many(1500, (n) => `a${n}: 1`, "\r\n")]],
  ...["/", "/api/health", "/icon.svg", "/api/generations", "/v/none", "/api/oembed"].map(
    (path): Kind => [`many fields ${path}`, `GET ${path}?${query}`],
  ),
  ["named fields", `GET /?${short(many(3000, (n) => `a${n}=`, "&"))}`],
  ["percent signs", `GET /?a=${"%".repeat(15_000)}`],
  ["percent path", `GET /${short("%41".repeat(5000))}`],
  ["slashes", `GET ${"/".repeat(15_000)}`],
  ["segments", `GET ${"/a".repeat(7500)}`],
  ["dots", `GET /${"../".repeat(5000)}`],
  ["backslashes", `GET /${"\\".repeat(15_000)}`],
  [
    "deep JSON",
    proxy,
    target("https://queue.fal.run/fal-ai/minimax-video/image-to-video"),
    "[".repeat(60_000),
  ],
  [
    "wide JSON",
    proxy,
    target("https://queue.fal.run/fal-ai/minimax-video/image-to-video"),
    `{${many(7000, (n) => `"${n}":1`, ",")}}`,
  ],
  ["target of 15 kB", proxy, target(`https://queue.fal.run/${"a/".repeat(7000)}`), "{}"],
  ["form at sign-in", "POST /login", [urlencoded], many(2000, () => "a", "&")],
  [
    "multipart form",
    "POST /shared",
    ["content-type: multipart/form-data; boundary=b"],
    `${fields}--b--\r\n`,
  ],
  ["action", "POST /", ["next-action: a", urlencoded], many(400_000, () => "a", "&")],
  ["ranges", "GET /icon.svg", [`range: bytes=${short(many(5000, () => "0-", ","))}`]],
  ["etags", "GET /icon.svg", [`if-none-match: ${short(many(3000, () => '"a"', ","))}`]],
  ["languages", "GET /login", [`accept-language: ${short(many(5000, () => "a", ","))}`]],
  ["weighed languages", "GET /", [`accept-language: ${short(many(2000, () => "a;q=1", ","))}`]],
  ["languages' spaces", "GET /", [`accept-language: a${" ".repeat(14_000)}b`]],
  ["encodings", "GET /", [`accept-encoding: ${short(many(5000, () => "a", ","))}`]],
  ["accepted types", "GET /", [`accept: ${short(many(5000, () => "a/b", ","))}`]],
  ["router state", "GET /", ["rsc: 1", `next-router-state-tree: ${"%5B".repeat(5000)}`]],
  ["robot", "GET /v/none", [`user-agent: ${"a/".repeat(7500)}`]],
  ["cursor", `GET /api/generations?cursor=${"a".repeat(15_000)}`],
  ["forwarded", "GET /", [`x-forwarded-for: ${short(many(3000, () => "::", ","))}`]],
  [
    "content type",
    "POST /shared",
    [`content-type: multipart/form-data;${" a=b;".repeat(2900)}`],
    "x",
  ],
  ["host", "GET /", [`host: ${"a.".repeat(7000)}`]],
  [
    "webhook",
    "POST /api/fal/webhook?generation=a",
    [`x-fal-webhook-signature: ${"a".repeat(14_000)}`],
    "[".repeat(1_000_000),
  ],
];

console.log("longest wait of others in ms, and the answer");
for (const [name, line, headers = [], body] of kinds) {
  let longest = 0;
  let status = "";
  for (let round = 0; round < ROUNDS; round++) {
    const measured = await holdUp(line, headers, body);
    longest = Math.max(longest, measured.ms);
    status = measured.status;
  }
  console.log(`${longest.toFixed(0).padStart(6)}  ${status.padEnd(4)} ${name}`);
}

async function holdUp(line: string, headers: string[], body?: string) {
  let isOver = false;
  const probing = probe(() => isOver);
  await probing.ready;
  const status = await send(line, headers, body);
  isOver = true;
  return { status, ms: await probing.longest };
}

function probe(isOver: () => boolean) {
  const ready = Promise.withResolvers<void>();
  const longest = (async () => {
    let most = 0;
    for (let turns = 0; turns < 4 || !isOver(); turns++) {
      const begun = performance.now();
      await fetch(new URL("/api/health", origin)).then((answer) => answer.text());
      if (turns >= 2) {
        ready.resolve();
        most = Math.max(most, performance.now() - begun);
      }
      await new Promise((resolve) => setTimeout(resolve, PROBED_EVERY_MS));
    }
    return most;
  })();
  return { ready: ready.promise, longest };
}

function send(line: string, headers: string[], body?: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(origin.port), origin.hostname);
  let answer = "";
  const lines = [`${line} HTTP/1.1`, ...headers, "connection: close"];
  if (!headers.some((header) => header.startsWith("host:"))) lines.push(`host: ${origin.host}`);
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`);
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
  socket.setTimeout(20_000, () => socket.destroy());
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1", 0, 20);
  });
  socket.on("error", () => {});
  socket.on("close", () => resolve(answer.slice(9, 12) || "none"));
  return promise;
}
