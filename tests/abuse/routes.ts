import { secrets } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Scene } from "./scene.ts";

type Row = [method: string, path: string | ((scene: Scene) => string), harmless?: number[]];

const own = (path: string) => (scene: Scene) => `/api/generations/${scene.done.id}${path}`;
const media = (scene: Scene) => `/media/${scene.done.id}/video.mp4`;
const share = (path: string) => (scene: Scene) => `/v/${scene.slugs.hostile}${path}`;

// An empty answer that Next gives before anything of ours has run: wrong in its number, and nothing else.
const NEXTS_OWN_FAILURE = [500];

// Next answers OPTIONS itself where a route has none: what it lists is no secret.
const rows: Row[] = [
  ["POST", "/api/generations"],
  ["PUT", "/api/generations"],
  ["DELETE", "/api/generations"],
  ["PATCH", "/api/generations"],
  ["POST", "/api/generations/events"],
  ["DELETE", "/api/generations/events"],
  ["POST", own("")],
  ["PUT", own("")],
  ["PATCH", own("")],
  ["OPTIONS", own(""), [204]],
  ["POST", own("/share")],
  ["GET", own("/share")],
  ["PATCH", own("/share")],
  ["DELETE", own("/share/x")],
  ["DELETE", own("/nothing")],
  ["GET", "/api/fal/webhook"],
  ["PUT", "/api/fal/webhook"],
  ["DELETE", "/api/fal/webhook"],
  ["POST", "/api/shares"],
  ["DELETE", "/api/shares"],
  ["POST", "/api/oembed"],
  ["POST", "/api/health"],
  ["DELETE", "/api/health"],
  ["POST", "/api/spend"],
  ["DELETE", "/api/spend"],
  ["POST", "/ledger"],
  ["DELETE", "/ledger.csv"],
  ["GET", "/logout"],
  ["HEAD", "/logout"],
  ["PUT", "/login"],
  ["DELETE", "/key"],
  ["POST", media],
  ["PUT", media],
  ["DELETE", media],
  ["PUT", share("")],
  ["DELETE", share("")],
  ["PATCH", share("")],
  ["POST", share("/embed")],
  ["GET", share("/report")],
  ["PUT", share("/video.mp4")],
  ["DELETE", share("/video.mp4")],
  ["GET", "/api/pictures"],
  ["GET", "/shared"],
  ["POST", "/shared"],
  ["PUT", "/shared"],
  ["GET", "/shared/00000000-0000-4000-8000-000000000000"],
  ["DELETE", "/shared/00000000-0000-4000-8000-000000000000"],
  ["GET", "/shared/__proto__"],
  // Next shows a page whatever the method.
  ["DELETE", "/", [200]],
  ["PUT", "/", [200]],
  ["PROPFIND", "/", [200]],
  ["TRACE", "/", NEXTS_OWN_FAILURE],
  ["TRACE", "/api/generations", NEXTS_OWN_FAILURE],
  ["MKCOL", "/api/generations"],
  ["PUT", "/local-fal/v3.fal.media/upload/x"],
  ["GET", "/local-fal/v3.fal.media/files/b/abuse/video.mp4"],
  ["POST", "/local-fal/queue.fal.run/fal-ai/minimax-video"],
  ["GET", "/local-fal/rest.fal.ai/.well-known/jwks.json"],
  ["GET", "/.env"],
  ["GET", "/.env.local"],
  ["GET", "/.git/config"],
  ["GET", "/data/firstframe.db"],
  ["GET", "/data/session-secret"],
  ["GET", "/package.json"],
  ["GET", "/_next/static/../server/app/api/fal/proxy/route.js"],
  ["GET", "/_next/server/app/api/fal/proxy/route.js"],
  ["GET", "/.next/BUILD_ID"],
  ["GET", "/api/fal"],
  ["GET", "/api/fal/proxy/https://queue.fal.run/", [308]],
  ["GET", "/api/metrics"],
  ["GET", "/api/debug"],
  ["GET", "/_next/image?url=http%3A%2F%2F127.0.0.1%3A1%2Fx.png&w=640&q=75"],
  ["GET", "/_next/image?url=%2Fapi%2Fgenerations&w=640&q=75"],
  ["GET", "/_next/image?url=%2F%2Fevil.test%2Fx.png&w=640&q=75"],
  ["GET", "/_next/image?url=%2Fx%0a%7B%22level%22:60%7D&w=640&q=75"],
  ["GET", ({ done }) => `/_next/image?url=%2Fmedia%2F${done.id}%2Fposter.jpg&w=640&q=75`],
  ["GET", ({ slugs }) => `/_next/image?url=%2Fv%2F${slugs.locked}%2Fposter.jpg&w=640&q=75`],
  ["GET", "/_next/data/x/index.json"],
];

const attempts: Attempt[] = rows.map(([method, path, harmless]) => ({
  name: `${method} ${typeof path === "string" ? path : path.toString().replace(/^.*`(.*)`$/s, "$1")}`,
  run: (scene) =>
    scene.call({
      method,
      path: typeof path === "function" ? path(scene) : path,
      headers: { cookie: scene.victim },
    }),
  harmless,
}));

const imageProxy: Attempt = {
  name: "Next's image service as a fetcher of the machine's network",
  run: (scene) => {
    const url = encodeURIComponent(`${scene.canary.origin}/x.png`);
    return scene.call({ path: `/_next/image?url=${url}&w=640&q=75` });
  },
};

const action: Attempt = {
  name: "a server action that is not there",
  run: (scene) =>
    scene.call({
      method: "POST",
      headers: {
        cookie: scene.victim,
        "next-action": "0".repeat(42),
        "content-type": "text/plain",
      },
      body: "[]",
    }),
};

const middleware: Attempt = {
  name: "a header that once had Next skip its own gate",
  run: (scene) =>
    scene.callClosed({
      path: "/",
      headers: { "x-middleware-subrequest": Array(5).fill("src/middleware").join(":") },
    }),
  // To the login page.
  harmless: [303],
};

const rsc: Attempt = {
  name: "the studio's data without its page, behind the password",
  run: (scene) => scene.callClosed({ path: "/?_rsc=x", headers: { rsc: "1" } }),
  harmless: [303, 307],
  check: ([answer]) => (answer?.text.includes("Prompt") ? "the studio was shown" : undefined),
};

const password: Attempt = {
  name: "a login with the password in the address",
  run: (scene) =>
    scene.callClosed({
      method: "POST",
      path: `/login?password=${encodeURIComponent(secrets.password)}`,
    }),
};

export const routes: Theme = {
  title: "routes and methods",
  attempts: [...attempts, imageProxy, action, middleware, rsc, password],
};
