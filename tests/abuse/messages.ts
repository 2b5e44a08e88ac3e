import { appUrl, goodInput, readRun, secrets, submitUrl, toProxy } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Scene } from "./scene.ts";
import type { RecordedCall } from "./upstream.ts";

const foreignHeaders: Record<string, string> = {
  authorization: "Bearer evil-token",
  "x-fal-store-io": "0",
  "x-fal-object-lifecycle-preference": '{"expiration_duration_seconds":1}',
  "x-fal-queue-priority": "high",
  "x-fal-request-timeout": "1",
  "x-fal-runner-hint": "evil-runner",
  "x-fal-no-retry": "1",
  "x-fal-public-base": "https://evil.test",
  "x-fal-webhook-url": "https://evil.test/",
  "x-fal-client-proxy": "evil-proxy",
  "x-app-fal-key": "evil-key",
  "x-forwarded-for": "203.0.113.9",
  "x-forwarded-host": "evil.test",
  forwarded: "for=203.0.113.9;host=evil.test",
  "user-agent": "evil-agent",
  referer: "https://evil.test/",
  via: "1.1 evil.test",
  cookie2: "evil",
  "accept-language": "evil-language",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};

const ALLOWED_UPSTREAM =
  /^(host|connection|accept|accept-encoding|accept-language|authorization|content-type|content-length|transfer-encoding|user-agent|sec-fetch-mode|x-fal-client-proxy|x-fal-target-url|x-fal-public-base)$/;

/** Legitimate calls that carry something along: it must end at the gate. */
const passengers: Attempt[] = [
  {
    name: "a submit with headers of the attacker's",
    may: ["upstream", "records"],
    harmless: [200],
    run: (scene) => scene.start(scene.attacker, { headers: foreignHeaders }),
    check: (_, { upstream }) => findPassenger(upstream.calls.at(-1), goodInput),
  },
  ...Object.entries(foreignHeaders).map(
    ([name, value]): Attempt => ({
      name: `a status with ${name} of the attacker's`,
      may: ["upstream"],
      harmless: [200],
      run: async (scene) => {
        const headers = { cookie: scene.victim, [name]: value };
        const target = `${appUrl}/requests/${scene.running.requestId}/status`;
        return scene.call(toProxy("GET", target, headers));
      },
      check: (_, { upstream }) => findPassenger(upstream.calls.at(-1)),
    }),
  ),
  {
    name: "a submit with its fields twice",
    may: ["upstream", "records"],
    harmless: [200],
    run: async (scene) => {
      const body = `{"prompt":"first","prompt":"second","image_url":"${goodInput.image_url}"}`;
      scene.upstream.planNext({});
      const answer = await scene.call(toProxy("POST", submitUrl, { cookie: scene.attacker }, body));
      if (answer.status === 200) await scene.park(readRun(answer).id);
      return answer;
    },
    // Written anew, so that nobody upstream can read the other one.
    check: ([answer], { upstream }) => {
      if (answer?.status !== 200) return undefined;
      const sent = upstream.calls.at(-1)?.body ?? "";
      return sent.includes("first") ? `this went upstream: ${sent}` : undefined;
    },
  },
  {
    name: "a submit with a webhook in its headers",
    may: ["upstream", "records"],
    harmless: [200],
    run: (scene) =>
      scene.start(scene.attacker, { headers: { "fal-webhook": "https://evil.test/" } }),
    check: (_, { upstream, open }) => {
      const { url = "" } = upstream.calls.at(-1) ?? {};
      const webhook = new URL(url, upstream.origin).searchParams.get("fal_webhook") ?? "";
      return webhook.startsWith(`${open.origin}/api/fal/webhook?generation=`) ? undefined : webhook;
    },
  },
  {
    name: "a submit with a poisoned Host",
    may: ["upstream", "records"],
    harmless: [200],
    run: (scene) =>
      scene.start(scene.attacker, {
        headers: { host: "evil.test", "x-forwarded-host": "evil.test" },
      }),
    check: (answers, { upstream }) =>
      findPassenger(upstream.calls.at(-1), goodInput) ?? findPoison(answers),
  },
];

function findPassenger(call: RecordedCall | undefined, input?: object): string | undefined {
  if (!call) return "nothing reached the upstream";
  const strange = Object.keys(call.headers).filter((name) => !ALLOWED_UPSTREAM.test(name));
  if (strange.length > 0) return `these headers went upstream: ${strange.join(", ")}`;
  if (call.headers.authorization !== `Key ${secrets.key}`) return "other credentials went upstream";
  if (/evil|203\.0\.113/.test(JSON.stringify(call))) return `this went upstream: ${call.url}`;
  if (!input) return undefined;
  const sent = JSON.parse(call.body) as object;
  return JSON.stringify(sent) === JSON.stringify(input) ? undefined : `this was sent: ${call.body}`;
}

const poisons: [name: string, headers: Record<string, string>][] = [
  ["Host", { host: "evil.test" }],
  ["X-Forwarded-Host", { "x-forwarded-host": "evil.test" }],
  [
    "X-Forwarded-Host and -Proto",
    { "x-forwarded-host": "evil.test", "x-forwarded-proto": "https" },
  ],
  ["Forwarded", { forwarded: "host=evil.test;proto=https" }],
  ["X-Original-URL", { "x-original-url": "/evil.test", "x-rewrite-url": "/evil.test" }],
  ["X-Forwarded-Prefix", { "x-forwarded-prefix": "//evil.test", "x-forwarded-port": "1" }],
];

const places: [name: string, ask: (scene: Scene) => { path: string; method?: string }][] = [
  ["the library", () => ({ path: "/api/generations" })],
  ["the links", () => ({ path: "/api/shares" })],
  ["a share page", ({ slugs }) => ({ path: `/v/${slugs.hostile}` })],
  ["the way from login", () => ({ path: "/login" })],
  ["the studio", () => ({ path: "/" })],
];

const poisoned: Attempt[] = poisons.flatMap(([header, headers]) => [
  ...places.map(
    ([place, ask]): Attempt => ({
      name: `${header} in ${place}`,
      run: (scene) => scene.call({ ...ask(scene), headers: { cookie: scene.victim, ...headers } }),
      harmless: [200, 303, 307],
      check: findPoison,
    }),
  ),
  {
    name: `${header} in a link`,
    run: ({ call, victim, hostile }: Scene) =>
      call({
        method: "PUT",
        path: `/api/generations/${hostile.id}/share`,
        headers: { cookie: victim, "content-type": "application/json", ...headers },
        body: "{}",
      }),
    harmless: [200],
    check: (answers: Answer[], { open }: Scene) =>
      findPoison(answers) ??
      (answers[0]?.status === 200 && !answers[0].text.includes(`${open.origin}/v/`)
        ? answers[0].text
        : undefined),
  },
]);

function findPoison(answers: Answer[]): string | undefined {
  const found = answers.find(({ headers, text }) => `${headers}${text}`.includes("evil.test"));
  return found && "evil.test is in the answer";
}

/** Bytes that two servers in a row could read differently. */
const smuggled: Attempt[] = (
  [
    ["two lengths", ["Content-Length: 5", "Content-Length: 6"], "hello"],
    ["a length and chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n"],
    ["chunks twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: x"], "0\r\n\r\n"],
    ["chunks of another kind", ["Transfer-Encoding: xchunked"], "0\r\n\r\n"],
    ["a space before the colon", ["Transfer-Encoding : chunked"], "0\r\n\r\n"],
    ["a folded header", ["X-Fal-Target-Url: https://queue.fal.run/", " fal-ai/x"], ""],
    ["a line feed alone", ["X-A: b\nX-Fal-Target-Url: https://evil.test/"], ""],
    ["a carriage return alone", ["X-A: b\rX-Fal-Target-Url: https://evil.test/"], ""],
    ["a null byte in a header", ["X-A: b\u0000c"], ""],
    ["a negative length", ["Content-Length: -1"], ""],
    ["a length in hex", ["Content-Length: 0x5"], "hello"],
    ["a chunk of a huge size", ["Transfer-Encoding: chunked"], "fffffffffffffffff\r\nx"],
    ["a header without a name", [": x"], ""],
    ["two hosts", ["Host: evil.test"], ""],
    ["a header of 40,000 letters", [`X-A: ${"a".repeat(40_000)}`], ""],
    ["3,000 headers", Array.from({ length: 3000 }, (_, index) => `X-${index}: a`), ""],
  ] as [string, string[], string][]
).map(([name, lines, body]) => ({
  name: `a message with ${name}`,
  run: (scene) => {
    const { host } = new URL(scene.open.origin);
    const cookie = `Cookie: ${scene.victim}`;
    const head = ["POST /api/fal/proxy HTTP/1.1", `Host: ${host}`, cookie, ...lines];
    return scene.callBytes(`${head.join("\r\n")}\r\n\r\n${body}`);
  },
}));

const secondRequest: Attempt = {
  name: "a second request in the body of a first",
  run: async (scene) => {
    const { host } = new URL(scene.open.origin);
    const inner = `DELETE /api/generations/${scene.done.id} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${scene.victim}\r\n\r\n`;
    const head = `POST /api/fal/proxy HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${inner.length}\r\n\r\n`;
    return scene.callBytes(head + inner);
  },
};

const upgrade: Attempt = {
  name: "an upgrade to a socket",
  run: async (scene) => {
    const { host } = new URL(scene.open.origin);
    const lines = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const head = ["GET /api/fal/proxy HTTP/1.1", `Host: ${host}`, ...lines];
    return scene.callBytes(`${head.join("\r\n")}\r\nSec-WebSocket-Key: AAAA\r\n\r\n`);
  },
};

const forLog: [name: string, headers: Record<string, string>, path?: string][] = [
  ["ANSI in a header", { "user-agent": "\u001b[31mred".replace("\u001b", "\\u001b") }],
  ["JSON in a header", { "user-agent": '{"level":60,"msg":"forged"}' }],
  ["a newline in the path", {}, "/api/generations/%0a%7B%22level%22:60%7D"],
  ["ANSI in the path", {}, "/media/%1b%5b31m/video.mp4"],
  ["a newline in the query", {}, "/api/generations?cursor=%0d%0a%7B%22level%22:60%7D"],
  ["a newline in a link's name", {}, "/v/%0a%7B%22level%22:60%7D"],
  ["a newline in an embed's address", {}, "/api/oembed?url=http://x/%0a%7B%7D"],
  ["a wrong encoding in the path", {}, "/v/%E0%A4%A"],
  ["a wrong encoding in the media's path", {}, "/media/%E0%A4%A/video.mp4"],
  ["a router state that is none", { rsc: "1", "next-router-state-tree": "%7Bnot" }, "/nothing"],
  ["a newline in a click's name", { "x-idempotency-key": "abcdefgh\\n{}" }, "/api/fal/proxy"],
];

// What they leave in the log is looked at in the end, line by line.
const logged: Attempt[] = forLog.map(([name, headers, path = "/api/generations/x"]) => ({
  name: `${name}, for the log`,
  run: (scene) => scene.call({ path, headers: { cookie: scene.attacker, ...headers } }),
  // Next's own answer to a path or a header that can't be decoded.
  harmless: path.includes("%E0%A4%A") || "rsc" in headers ? [500] : [],
}));

export const messages: Theme = {
  title: "messages",
  attempts: [...passengers, ...poisoned, ...smuggled, secondRequest, upgrade, ...logged],
};
