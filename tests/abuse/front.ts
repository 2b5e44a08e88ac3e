import { ANSWER_MARK } from "../../lib/api/answer-mark.ts";
import { goodInput, json, submitUrl, toProxy } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Message } from "./client.ts";
import type { Scene } from "./scene.ts";

/** Answers that say something of a call; each has to say that it is the server's own. */
const marked: [name: string, ask: (scene: Scene) => Message][] = [
  [
    "a refused target",
    ({ attacker }) => toProxy("POST", "https://evil.test/", { cookie: attacker }, "{}"),
  ],
  ["a refused input", ({ attacker }) => toProxy("POST", submitUrl, { cookie: attacker }, "{}")],
  ["half an input", ({ attacker }) => toProxy("POST", submitUrl, { cookie: attacker }, "{")],
  [
    "another site's click",
    ({ attacker }) =>
      toProxy(
        "POST",
        submitUrl,
        { cookie: attacker, origin: "https://evil.test" },
        JSON.stringify(goodInput),
      ),
  ],
  [
    "an input of 200 kB",
    ({ attacker }) => toProxy("POST", submitUrl, { cookie: attacker }, " ".repeat(200_000)),
  ],
  [
    "another's status",
    ({ attacker, running }) =>
      toProxy(
        "GET",
        `https://queue.fal.run/fal-ai/minimax-video/requests/${running.requestId}/status`,
        { cookie: attacker },
      ),
  ],
  ["the library", ({ attacker }) => ({ path: "/api/generations", headers: { cookie: attacker } })],
  [
    "a generation that is not there",
    ({ attacker }) => ({ path: "/api/generations/x", headers: { cookie: attacker } }),
  ],
  ["the spend", ({ attacker }) => ({ path: "/api/spend", headers: { cookie: attacker } })],
  ["the links", ({ attacker }) => ({ path: "/api/shares", headers: { cookie: attacker } })],
  [
    "a picture by its address",
    ({ attacker }) => ({
      method: "POST",
      path: "/api/pictures",
      headers: { ...json, cookie: attacker },
      body: "{}",
    }),
  ],
];

const marks: Attempt[] = marked.map(([name, ask]) => ({
  name: `${name} could be a gateway's answer`,
  harmless: [200],
  run: (scene) => scene.call(ask(scene)),
  check: ([answer]) =>
    new RegExp(`^${ANSWER_MARK}: \\S`, "im").test(answer?.headers ?? "")
      ? undefined
      : `${answer?.status} without our mark`,
}));

/** What a gateway says for itself must not look like ours. */
const gatewaysOwn: [name: string, bytes: (host: string) => string][] = [
  [
    "a body that is too large for it",
    (host) => `POST /api/fal/proxy HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 99999999\r\n\r\n`,
  ],
  ["a request line that it does not know", () => "NONSENSE\r\n\r\n"],
  [
    "a header that is too long for it",
    (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nx: ${"a".repeat(300_000)}\r\n\r\n`,
  ],
  [
    "two lengths",
    (host) =>
      `POST /api/fal/proxy HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  ],
  [
    "a length and chunks",
    (host) =>
      `POST /api/fal/proxy HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/generations HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  ],
  [
    "chunks with a broken length",
    (host) =>
      `POST /api/fal/proxy HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
  ],
  [
    "an upgrade to HTTP/2",
    (host) =>
      `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
  ],
];

const own: Attempt[] = gatewaysOwn.map(([name, bytesOf]) => ({
  name: `the gateway's answer to ${name}`,
  harmless: [200],
  run: (scene) => scene.callBytes(bytesOf(new URL(scene.open.origin).host)),
}));

/** Headers by which a visitor tries to be somebody else, or the server somewhere else. */
const lies: [name: string, headers: Record<string, string>][] = [
  ["X-Forwarded-Host", { "x-forwarded-host": "evil.test" }],
  ["X-Forwarded-Proto", { "x-forwarded-proto": "https" }],
  ["X-Forwarded-Port", { "x-forwarded-port": "1" }],
  ["Forwarded", { forwarded: "for=203.0.113.1;host=evil.test;proto=https" }],
  ["X-Real-IP", { "x-real-ip": "203.0.113.1" }],
  ["a path before it", { "x-forwarded-prefix": "//evil.test" }],
  ["our own headers", { [ANSWER_MARK]: "1", "x-middleware-next": "1" }],
];

const told: Attempt[] = lies.flatMap(([name, headers]) => [
  {
    name: `${name} of a visitor's, to the studio behind the password`,
    harmless: [303, 307],
    run: (scene: Scene) => scene.callClosed({ path: "/", headers }),
    check: ([answer]) =>
      /^location: .*evil/im.test(answer?.headers ?? "") ? "it leads elsewhere" : undefined,
  } satisfies Attempt,
  {
    name: `${name} of a visitor's, to a link`,
    harmless: [200],
    run: (scene: Scene) => scene.call({ path: `/v/${scene.slugs.hostile}`, headers }),
    check: ([answer]) =>
      answer?.text.includes("evil.test") ? "the page names another host" : undefined,
  } satisfies Attempt,
]);

export const front: Theme = { title: "in front of it", attempts: [...marks, ...own, ...told] };
