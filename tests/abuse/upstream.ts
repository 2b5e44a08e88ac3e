import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { encodeVideo } from "../../lib/local-fal/render/encode.ts";
import { file, give, resultAt, type ScriptedAnswer, unknown } from "../fake-upstream/answers.ts";
import { startFakeUpstream } from "../fake-upstream/fake-upstream.ts";
import type { Call } from "../fake-upstream/recorder.ts";
import { makeSigner } from "../fake-upstream/signer.ts";

export type RecordedCall = Call;

/**
 * How a run is to go: on and on, or to its end with the video at this address. A `refusal` is the status that turns it
 * away; one that is `isCancelled` began before it was cancelled.
 */
export type Plan = { videoUrl?: string; refusal?: number; isCancelled?: boolean };

export type UpstreamOptions = {
  /** Any other key is turned away. */
  key?: string;
  /** What it says that each model costs. */
  usdPerVideo?: number;
};

export type AbuseUpstream = Awaited<ReturnType<typeof startUpstream>>;
export type Canary = Awaited<ReturnType<typeof startCanary>>;

export const FILES = "https://v3.fal.media/files/b/abuse";

/** The fake upstream with plans for runs, dangerous files, and the keys of its webhooks. */
export async function startUpstream(
  canaryOrigin: string,
  { key, usdPerVideo }: UpstreamOptions = {},
) {
  const plans = new Map<string, Plan>();
  const signer = makeSigner();
  let next: Plan = {};
  let keysAsked = 0;
  const prepared = await makeFiles(canaryOrigin);
  const files = new Map<string, { type: string; bytes: Buffer }>();
  let taken = 0;

  function choose({ kind, url, headers }: Call): ScriptedAnswer {
    const { pathname } = new URL(url, "http://upstream");
    const [, , ...path] = pathname.split("/");
    if (kind === "keys") {
      keysAsked += 1;
      return { body: { keys: [signer.jwk] } };
    }
    if (kind === "file") {
      const name = path.at(-1) ?? "";
      const added = files.get(name);
      return added ? file(added.bytes, added.type) : (prepared[name] ?? unknown);
    }
    if (kind === "prices" && usdPerVideo !== undefined) return { body: toPrices(url, usdPerVideo) };
    if (kind === "upload") return { body: uploadPlace() };
    if (kind === "submit") {
      const isForeign = key !== undefined && headers.authorization !== `Key ${key}`;
      const refusal = isForeign ? 401 : next.refusal;
      if (refusal) return { status: refusal, body: { detail: "turned away" } };
      taken += 1;
      const requestId = crypto.randomUUID();
      plans.set(requestId, next);
      return { body: { status: "IN_QUEUE", request_id: requestId, queue_position: 0 } };
    }
    const requestId = path[3] ?? "";
    const plan = plans.get(requestId);
    if (!plan) return { status: 404, body: { status: "NOT_FOUND" } };
    if (plan.isCancelled)
      return path[4] === undefined
        ? { status: 499, body: { detail: "cancelled" } }
        : { status: 202, body: { status: "COMPLETED", request_id: requestId, logs: null } };
    if (kind === "cancel") return { status: 202, body: { status: "CANCELLATION_REQUESTED" } };
    if (kind === "status" || kind === "stream") {
      const status = plan.videoUrl === undefined ? "IN_PROGRESS" : "COMPLETED";
      return { body: { status, request_id: requestId, logs: null } };
    }
    if (plan.videoUrl === undefined) return { status: 400, body: { detail: "in progress" } };
    return resultAt(plan.videoUrl);
  }

  const uploadPlace = () => ({
    upload_url: `${upstream.origin}/v3.fal.media/upload/picture.jpg`,
    file_url: `${FILES}/picture.jpg`,
  });

  const upstream = await startFakeUpstream({
    unrecorded: ["keys"],
    otherwise: (call, response) => {
      for (const name of ["origin", "headers", "methods"])
        response.setHeader(`access-control-allow-${name}`, "*");
      return give(choose(call), call, response);
    },
  });
  return {
    ...upstream,
    signer,
    keysUrl: `${upstream.origin}/rest.fal.ai/.well-known/jwks.json`,
    keysAsked: () => keysAsked,
    planNext(plan: Plan) {
      next = plan;
    },
    /** What becomes of the runs that were taken already. */
    planAll(plan: Plan) {
      for (const id of plans.keys()) plans.set(id, plan);
    },
    /** How many runs it took, each to be paid for. */
    taken: () => taken,
    files,
  };
}

async function makeFiles(canaryOrigin: string): Promise<Record<string, ScriptedAnswer>> {
  const video = await makeVideo();
  const toCanary: ScriptedAnswer = ({ url }, response) =>
    response.writeHead(302, { location: `${canaryOrigin}/${url.split("/").at(-1)}` }).end();
  return {
    "video.mp4": file(video),
    "picture.jpg": file(
      await readFile(join(import.meta.dirname, "../photos/rocket.jpg")),
      "image/jpeg",
    ),
    "to-canary.mp4": toCanary,
    "to-canary.jpg": toCanary,
    "vast.mp4": (_, response) => {
      response.writeHead(200, { "content-type": "video/mp4", "content-length": 2 ** 31 });
      response.write(video);
    },
    "page.mp4": file(Buffer.from("<script>alert(1)</script>"), "text/html"),
    "endless.jpg": (_, response) =>
      pourEndlessly(response.writeHead(200, { "content-type": "image/jpeg" })),
  };
}

/** A server that nobody has a reason to call. */
export async function startCanary() {
  const hits: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    hits.push(url);
    response.end("caught");
  });
  server.on("connection", () => hits.push("a connection"));
  const origin = await listen(server);
  return {
    origin,
    port: new URL(origin).port,
    hits,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function toPrices(url: string, unit_price: number) {
  const { searchParams } = new URL(url, "http://upstream");
  const prices = searchParams
    .getAll("endpoint_id")
    .map((endpoint_id) => ({ endpoint_id, unit_price, unit: "video", currency: "USD" }));
  return { prices, has_more: false, next_cursor: null };
}

function pourEndlessly(response: ServerResponse) {
  const chunk = Buffer.alloc(256 * 1024, 0xff);
  const pour = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", pour);
  pour();
}

async function makeVideo(): Promise<Buffer> {
  const size = { width: 320, height: 192 };
  const frame = () => new Uint8Array((size.width * size.height * 3) / 2).fill(128);
  const frames = Array.from({ length: 10 }, () => frame);
  return Buffer.from(await encodeVideo({ ...size, framesPerSecond: 25 }, frames, () => {}));
}
