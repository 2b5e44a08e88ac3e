import type { Attempt, Theme } from "./attempt.ts";
import type { Scene } from "./scene.ts";

const files = [
  "..%2f..%2ffirstframe.db",
  "..%2ffirstframe.db",
  "%2e%2e%2ffirstframe.db",
  "..%5cfirstframe.db",
  "..%252ffirstframe.db",
  "..%c0%affirstframe.db",
  "%2fetc%2fpasswd",
  "video.mp4%00.jpg",
  "video.mp4%20",
  "video.mp4.",
  "VIDEO.MP4",
  "video.mp4%2f",
  "video.mp4%3fdownload=1",
  "C:%5cWindows%5cwin.ini",
  "poster.jpg%0d%0aSet-Cookie:%20a=b",
  "__proto__",
  "constructor",
  "toString",
  "%ff",
  "a".repeat(3000),
];

const ids = [
  "..",
  "%2e%2e",
  "..%2f..",
  "%00",
  "*",
  "%25",
  "'%20or%20'1'='1",
  "__proto__",
  "constructor",
  "a".repeat(3000),
];

const locals = [
  "v3.fal.media/..%2f..%2ffirstframe.db",
  "v3.fal.media/%2e%2e/%2e%2e/firstframe.db",
  "v3.fal.media/files/..%5c..%5cfirstframe.db",
  "..%2fapi%2fhealth",
  "queue.fal.run/fal-ai/minimax-video/requests/x/status",
  "v3.fal.media/files/b/%00",
];

const at = (name: string, path: (scene: Scene) => string): Attempt => ({
  name,
  run: (scene) => scene.call({ path: path(scene), headers: { cookie: scene.victim } }),
  // Next puts a path right before it looks for it; one that can't be decoded it answers itself, with a 500 and no word.
  harmless: /%ff|%c0|%E0/i.test(name) ? [308, 500] : [308],
  check: async ([answer], scene) => {
    const [, location] = /^location: (\S+)/im.exec(answer?.headers ?? "") ?? [];
    if (!location) return undefined;
    const target = new URL(location, scene.open.origin);
    return target.origin === scene.open.origin ? undefined : `it leads to ${location}`;
  },
});

const attempts: Attempt[] = [
  ...files.map((file) =>
    at(`own media: ${short(file)}`, ({ done }) => `/media/${done.id}/${file}`),
  ),
  ...files.map((file) =>
    at(`a link: ${short(file)}`, ({ slugs }) => `/v/${slugs.hostile}/${file}`),
  ),
  ...ids.map((id) => at(`own media of ${short(id)}`, () => `/media/${id}/video.mp4`)),
  ...ids.map((id) => at(`a generation ${short(id)}`, () => `/api/generations/${id}`)),
  ...ids.map((id) => at(`a link's video of ${short(id)}`, () => `/v/${id}/video.mp4`)),
  ...locals.map((path) => at(`the local fal: ${path}`, () => `/local-fal/${path}`)),
];

const doors: Attempt[] = [
  "//evil.test/",
  "//evil.test/..",
  "/%5cevil.test/",
  "/.%2e//evil.test/",
].map((path) => ({
  ...at(`a way out: ${path}`, () => path),
  harmless: [200, 308],
}));

// Written as they are: a client would put them right first.
const raw: Attempt[] = [
  "/media/../../../../etc/passwd",
  "/_next/static/../../firstframe.db",
  "/media/..\\..\\etc\\passwd",
  "http://evil.test/api/generations",
  "http://169.254.169.254/latest/meta-data/",
  "*",
  "/v/\u0000/video.mp4",
].map((path) => ({
  name: `a request line with ${JSON.stringify(path)}`,
  run: (scene) => {
    const { host } = new URL(scene.open.origin);
    return scene.callBytes(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  },
  // Next's page for a path that it has put right, and the empty library of nobody.
  harmless: [200, 308, 500],
  check: ([answer]) => (/root:|ami-id/.test(answer?.text ?? "") ? "a file was shown" : undefined),
}));

function short(text: string): string {
  return text.length > 60 ? `${text.length} letters` : text;
}

export const paths: Theme = { title: "paths", attempts: [...attempts, ...doors, ...raw] };
