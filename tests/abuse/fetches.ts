import { setTimeout as delay } from "node:timers/promises";
import { guardedFetch, HostRefusedError } from "../../lib/net/guarded-fetch.ts";
import { appUrl, goodInput, type Run, readRun, toProxy } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Scene } from "./scene.ts";
import { FILES } from "./upstream.ts";

type Place = string | ((scene: Scene) => string);

/** Where a result says that the video is. */
const elsewhere: [name: string, url: Place][] = [
  ["loopback", ({ canary }) => `${canary.origin}/video.mp4`],
  ["loopback by https", ({ canary }) => `https://127.0.0.1:${canary.port}/video.mp4`],
  ["loopback by IPv6", ({ canary }) => `http://[::1]:${canary.port}/video.mp4`],
  ["loopback as mapped", ({ canary }) => `http://[::ffff:127.0.0.1]:${canary.port}/video.mp4`],
  ["loopback as a number", ({ canary }) => `http://2130706433:${canary.port}/video.mp4`],
  ["loopback by name", ({ canary }) => `http://localhost:${canary.port}/video.mp4`],
  ["link-local", "http://169.254.169.254/latest/meta-data/"],
  ["link-local by https", "https://169.254.169.254/latest/meta-data/"],
  ["a private network", "https://10.0.0.1/video.mp4"],
  ["a host that begins as fal's", "https://v3.fal.media.evil.test/video.mp4"],
  ["a host that ends as fal's", "https://evilfal.media/video.mp4"],
  ["fal's host as a user name", "https://v3.fal.media@evil.test/video.mp4"],
  [
    "fal's host as a user name of loopback",
    ({ canary }) => `https://v3.fal.media@127.0.0.1:${canary.port}/video.mp4`,
  ],
  ["fal's host without TLS", "http://v3.fal.media/files/b/abuse/video.mp4"],
  ["fal's host with another port", "https://v3.fal.media:8443/files/b/abuse/video.mp4"],
  ["fal's other hosts", "https://queue.fal.run/fal-ai/minimax-video/requests/x"],
  ["fal's platform", "https://rest.fal.ai/tokens/"],
  ["a file of this machine", "file:///etc/passwd"],
  ["a data address", "data:video/mp4;base64,AAAA"],
  ["no URL", "video.mp4"],
  [
    "a host behind the upstream's own address",
    ({ upstream }) => `${upstream.origin}/169.254.169.254/latest/meta-data/`,
  ],
  [
    "fal's queue behind the upstream's own address",
    ({ upstream }) => `${upstream.origin}/queue.fal.run/fal-ai/minimax-video`,
  ],
  ["a redirect into the machine", `${FILES}/to-canary.mp4`],
  ["two gigabytes", `${FILES}/vast.mp4`],
  ["a page instead of a video", `${FILES}/page.mp4`],
];

// The run itself is its owner's to start; what its result leads to is not to be fetched, and not to be kept.
const results: Attempt[] = elsewhere.map(([name, url]) => ({
  name: `a result at ${name}`,
  may: ["upstream", "records"],
  harmless: [200],
  run: async (scene) => {
    const videoUrl = typeof url === "function" ? url(scene) : url;
    const input = { prompt: "a rocket" };
    const answer = await startText(scene, input, videoUrl);
    return [answer, await settle(scene, readRun(answer))];
  },
  check: ([, settled]) => {
    const { status } = JSON.parse(settled?.text ?? "{}") as { status?: string };
    return status === "done" ? "it was kept as a video" : undefined;
  },
}));

const pictures: Attempt[] = [
  ["that redirects into the machine", `${FILES}/to-canary.jpg`],
  ["that never ends", `${FILES}/endless.jpg`],
].map(([name, image_url]) => ({
  name: `a picture ${name}`,
  may: ["upstream", "records"],
  harmless: [200],
  run: async (scene: Scene) => {
    const input = { ...goodInput, image_url };
    const answer = await scene.start(scene.attacker, { input, isWatched: true });
    const run = readRun(answer);
    // The watcher's first look, which would keep the picture. On a busy machine it comes late.
    await untilFetched(scene, String(image_url));
    await scene.park(run.id);
    return answer;
  },
}));

const FETCHED_WITHIN_MS = 15_000;

async function untilFetched({ upstream }: Scene, address: string): Promise<void> {
  const name = address.slice(address.lastIndexOf("/"));
  for (const begunAt = Date.now(); Date.now() - begunAt < FETCHED_WITHIN_MS; ) {
    if (upstream.calls.some(({ url }) => url.endsWith(name))) break;
    await delay(100);
  }
  // Its answer is read, or given up, and noted.
  await delay(1_000);
}

/** What a visitor has the server fetch as a picture; it is to be refused, without a call. */
const linked: [name: string, url: Place][] = [
  ["loopback", ({ canary }) => `${canary.origin}/x.png`],
  ["loopback by https", ({ canary }) => `https://127.0.0.1:${canary.port}/x.png`],
  ["loopback by IPv6", ({ canary }) => `http://[::1]:${canary.port}/x.png`],
  ["loopback as mapped", ({ canary }) => `http://[::ffff:127.0.0.1]:${canary.port}/x.png`],
  ["loopback as a number", ({ canary }) => `http://2130706433:${canary.port}/x.png`],
  ["loopback in octal", ({ canary }) => `http://0177.0.0.1:${canary.port}/x.png`],
  ["loopback by name", ({ canary }) => `http://localhost:${canary.port}/x.png`],
  ["loopback by name with a dot", ({ canary }) => `http://localhost.:${canary.port}/x.png`],
  ["no address at all", ({ canary }) => `http://0.0.0.0:${canary.port}/x.png`],
  ["a public name before loopback", ({ canary }) => `http://a.test@127.0.0.1:${canary.port}/x.png`],
  ["link-local", "http://169.254.169.254/latest/meta-data/"],
  ["link-local as mapped", "http://[::ffff:a9fe:a9fe]/latest/meta-data/"],
  ["link-local by IPv6", "http://[fe80::1]/x.png"],
  ["a private network", "http://10.0.0.1/x.png"],
  ["a private network by NAT64", "http://[64:ff9b::a00:1]/x.png"],
  ["the server itself", ({ open }) => `${open.origin}/api/health`],
  ["a redirect of the upstream's", ({ upstream }) => `${upstream.origin}/to-canary.jpg`],
  ["a file of this machine", "file:///etc/passwd"],
  ["a data address", "data:image/png;base64,iVBORw0KGgo="],
  ["another protocol", ({ canary }) => `gopher://127.0.0.1:${canary.port}/x`],
  ["no URL", "x.png"],
];

const links: Attempt[] = [
  ...linked.map(
    ([name, url]): Attempt => ({
      name: `a picture by its address at ${name}`,
      run: (scene) => askForPicture(scene, { url: typeof url === "function" ? url(scene) : url }),
    }),
  ),
  {
    name: "a picture by its address without a session",
    run: (scene) => askForPicture(scene, { url: "http://93.184.215.14/x.png" }, ""),
  },
  {
    name: "a picture by its address with a header of one's own",
    run: (scene) => askForPicture(scene, { url: "http://93.184.215.14/x.png", headers: {} }),
  },
];

function askForPicture(scene: Scene, asked: object, cookie = scene.attacker): Promise<Answer> {
  return scene.call({
    method: "POST",
    path: "/api/pictures",
    headers: { "content-type": "application/json", ...(cookie && { cookie }) },
    body: JSON.stringify(asked),
  });
}

async function startText(scene: Scene, input: object, videoUrl: string): Promise<Answer> {
  scene.upstream.planNext({ videoUrl });
  const target = "https://queue.fal.run/fal-ai/minimax-video";
  const headers = { cookie: scene.attacker };
  return scene.call(toProxy("POST", target, headers, JSON.stringify(input)));
}

const SETTLED_WITHIN_MS = 1_500;

/** The generation once it has come to an end, or as it is after a first try. */
async function settle(scene: Scene, { id, requestId }: Run): Promise<Answer> {
  const headers = { cookie: scene.attacker };
  // A tab that asks has the watcher look at once.
  await scene.call(toProxy("GET", `${appUrl}/requests/${requestId}/status`, headers));
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const answer = await scene.call({ path: `/api/generations/${id}`, headers });
    const { status } = JSON.parse(answer.text) as { status: string };
    if (["failed", "done"].includes(status) || Date.now() > deadline) {
      await scene.park(id);
      return answer;
    }
    await delay(25);
  }
}

const names: [name: string, addresses: string[][]][] = [
  ["a name with a private address", [["10.0.0.1"]]],
  ["a name with a private address among public ones", [["93.184.215.14", "127.0.0.1"]]],
  ["a name with the cloud's own address", [["169.254.169.254"]]],
  ["a name with a mapped address", [["::ffff:127.0.0.1"]]],
  ["a name with an address of NAT64", [["64:ff9b::7f00:1"]]],
  ["a name with a private address of IPv6", [["fd00::1"]]],
];

const rebinding: Attempt[] = [
  ...names.map(
    ([name, [addresses = []]]): Attempt => ({
      name,
      run: (scene) => fetchGuarded(scene, async () => addresses),
    }),
  ),
  {
    name: "a name that is public at first and loopback after",
    run: async (scene) => {
      let asked = 0;
      // 192.0.2.1 would do for a public one, but it is refused as well: the first answer is taken for good or for bad.
      const resolve = async () => (asked++ === 0 ? ["203.0.113.7"] : ["127.0.0.1"]);
      const answers = [await fetchGuarded(scene, resolve)];
      return asked === 1 ? answers : [{ status: 200, headers: "", text: `asked ${asked} times` }];
    },
  },
];

/** 403 when the guard refuses, as an answer of its own. */
async function fetchGuarded(
  { canary }: Scene,
  resolve: (name: string) => Promise<string[]>,
): Promise<Answer> {
  try {
    const answer = await guardedFetch(new URL(`http://pictures.test:${canary.port}/`), {
      ...{ allowPrivateHosts: false, timeoutMs: 500 },
      resolve: async (name) =>
        (await resolve(name)).map((address) => ({
          address,
          family: address.includes(":") ? 6 : 4,
        })),
    });
    answer.drop();
    return { status: answer.status, headers: "", text: "it was called" };
  } catch (error) {
    if (error instanceof HostRefusedError) return { status: 403, headers: "", text: "" };
    throw error;
  }
}

export const fetches: Theme = {
  title: "fetches of the server",
  attempts: [...rebinding, ...links, ...results, ...pictures],
};
