import type { Attempt, Theme } from "./attempt.ts";
import type { Answer, Message } from "./client.ts";
import type { Scene } from "./scene.ts";

type Row = [name: string, ask: (scene: Scene) => Message];

const at = (path: string, method = "GET"): Row => [`${method} ${path}`, () => ({ path, method })];
const asOwner = (name: string, pathOf: (scene: Scene) => string): Row => [
  name,
  (scene) => ({ path: pathOf(scene), headers: { cookie: scene.victim } }),
];

const rows: Row[] = [
  ...["/", "/login", "/ledger", "/ledger.csv", "/key", "/logout", "/shared", "/shared/x"].map(
    (path) => at(path),
  ),
  ...["/icon.svg", "/manifest.webmanifest", "/robots.txt", "/favicon.ico"].map((path) => at(path)),
  ...["/nothing", "/no/such/page", "/nothing.txt", "/.env", "/_next/x", "/_next/static/x.js"].map(
    (path) => at(path),
  ),
  ...["/api", "/api/nothing", "/api/health", "/api/generations", "/api/generations/x"].map((path) =>
    at(path),
  ),
  ...["/api/spend", "/api/shares", "/api/oembed", "/api/fal/proxy", "/api/fal/webhook"].map(
    (path) => at(path),
  ),
  ...["/api/generations/x/share", "/api/pictures", "/api/fal/nothing"].map((path) => at(path)),
  ...["/v", "/v/x", "/v/x/embed", "/v/x/video.mp4", "/v/x/poster.jpg", "/v/x/nothing"].map((path) =>
    at(path),
  ),
  ...["/v/x/report", "/v/x/y/z", "/v/x/video.mp4/y"].map((path) => at(path)),
  ...["/media", "/media/x", "/media/x/video.mp4", "/media/x/y/z", "/local-fal/x"].map((path) =>
    at(path),
  ),
  ...["/", "/login", "/v/x", "/shared", "/api/health", "/nothing", "/media/x/video.mp4"].map(
    (path) => at(path, "POST"),
  ),
  ...["/", "/v/x", "/api/generations", "/icon.svg"].map((path) => at(path, "PUT")),
  ...["/", "/v/x", "/api/generations", "/nothing"].map((path) => at(path, "HEAD")),
  ...["/", "/v/x", "/api/generations", "/nothing"].map((path) => at(path, "OPTIONS")),
  ["a path that can't be decoded", () => ({ path: "/%" })],
  ["a link that can't be decoded", () => ({ path: "/v/%E0%A4%A" })],
  ["a redirect of Next's", () => ({ path: "/login/" })],
  ["a part of a page", () => ({ path: "/", headers: { rsc: "1" } })],
  asOwner("the owner's studio", () => "/"),
  asOwner("the owner's video", ({ done }) => `/media/${done.id}/video.mp4`),
  asOwner("the owner's poster", ({ done }) => `/media/${done.id}/poster.jpg`),
  asOwner("the owner's ledger", () => "/ledger"),
  asOwner("a link", ({ slugs }) => `/v/${slugs.hostile}`),
  asOwner("a link's embed", ({ slugs }) => `/v/${slugs.hostile}/embed`),
  asOwner("a link's video", ({ slugs }) => `/v/${slugs.hostile}/video.mp4`),
  asOwner("a link that is locked", ({ slugs }) => `/v/${slugs.locked}`),
  asOwner("a link that is gone", ({ slugs }) => `/v/${slugs.revoked}`),
];

const any = [200, 204, 206, 303, 304, 307, 308];

function findMissing({ headers, text, status }: Answer, name: string): string | undefined {
  const has = (pattern: RegExp) => pattern.test(headers);
  const missing: string[] = [];
  if (!has(/^x-content-type-options: nosniff$/im)) missing.push("nosniff");
  const isPage = has(/^content-type: text\/html/im) || /^\s*<!doctype html/i.test(text);
  // An embed is made to stand in a frame.
  const isFramed = name === "a link's embed";
  if ((isPage || status >= 400) && !has(/^content-security-policy: \S/im)) missing.push("a policy");
  const hasRule =
    has(/^x-frame-options: /im) || has(/^content-security-policy: .*frame-ancestors/im);
  if ((isPage || status >= 400) && !isFramed && !hasRule) missing.push("a frame rule");
  if (has(/^x-powered-by: /im)) missing.push("silence on what it is made with");
  return missing.length > 0 ? `${status} without ${missing.join(", ")}` : undefined;
}

const attempts: Attempt[] = rows.map(([name, ask]) => ({
  name,
  // To see a link's video is to be counted.
  ...(name === "a link's video" && { may: ["records"] }),
  harmless: any,
  run: (scene) => scene.call(ask(scene)),
  check: ([answer]) => answer && findMissing(answer, name),
}));

const behindPassword: Attempt[] = [
  "/",
  "/api/generations",
  "/v/x",
  "/v/x/y",
  "/nothing",
  "/ledger",
].map((path) => ({
  name: `${path} behind the password`,
  harmless: any,
  run: (scene) => scene.callClosed({ path }),
  check: ([answer]) => answer && findMissing(answer, path),
}));

export const headers: Theme = {
  title: "headers on every answer",
  attempts: [...attempts, ...behindPassword],
};
