import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { encodeVideo } from "../../lib/local-fal/render/encode.ts";
import { makeSigner } from "./signer.ts";

export type RecordedCall = {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
};

/** How a run is to go: on and on, or to its end with the video at this address. */
export type Plan = { videoUrl?: string };

export type AbuseUpstream = Awaited<ReturnType<typeof startUpstream>>;
export type Canary = Awaited<ReturnType<typeof startCanary>>;

export const FILES = "https://v3.fal.media/files/b/abuse";

/** A server in fal's place that notes all that reaches it. It also holds the keys of its webhooks, apart from that. */
export async function startUpstream(canaryOrigin: string) {
  const calls: RecordedCall[] = [];
  const plans = new Map<string, Plan>();
  const signer = makeSigner();
  let next: Plan = {};
  let keysAsked = 0;
  const [video, picture] = await Promise.all([
    makeVideo(),
    readFile(join(import.meta.dirname, "../photos/rocket.jpg")),
  ]);

  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "*");
    response.setHeader("access-control-allow-methods", "*");
    if (url === "/keys") {
      keysAsked += 1;
      return answerJson(response, 200, { keys: [signer.jwk] });
    }
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    calls.push({ method, url, headers, body });
    const { pathname } = new URL(url, "http://upstream");
    const [, host, ...path] = pathname.split("/");
    if (host === "v3.fal.media") return answerFile(response, path.at(-1) ?? "");
    if (host === "rest.fal.ai") return answerJson(response, 200, uploadPlace());
    if (method === "POST") {
      const requestId = crypto.randomUUID();
      plans.set(requestId, next);
      return answerJson(response, 200, toAccepted(requestId));
    }
    const requestId = path[3] ?? "";
    const plan = plans.get(requestId);
    if (!plan) return answerJson(response, 404, { status: "NOT_FOUND" });
    if (path[4] === "cancel")
      return answerJson(response, 202, { status: "CANCELLATION_REQUESTED" });
    if (path[4] === "status") {
      const status = plan.videoUrl === undefined ? "IN_PROGRESS" : "COMPLETED";
      return answerJson(response, 200, { status, request_id: requestId, logs: null });
    }
    if (plan.videoUrl === undefined) return answerJson(response, 400, { detail: "in progress" });
    answerJson(response, 200, { video: { url: plan.videoUrl, content_type: "video/mp4" } });
  });

  function answerFile(response: ServerResponse, name: string) {
    switch (name) {
      case "video.mp4":
        return response.writeHead(200, { "content-type": "video/mp4" }).end(video);
      case "picture.jpg":
        return response.writeHead(200, { "content-type": "image/jpeg" }).end(picture);
      case "to-canary.mp4":
      case "to-canary.jpg":
        return response.writeHead(302, { location: `${canaryOrigin}/${name}` }).end();
      case "vast.mp4":
        response.writeHead(200, { "content-type": "video/mp4", "content-length": 2 ** 31 });
        return response.write(video);
      case "page.mp4":
        return response
          .writeHead(200, { "content-type": "text/html" })
          .end("<script>alert(1)</script>");
      case "endless.jpg":
        return pourEndlessly(response.writeHead(200, { "content-type": "image/jpeg" }));
      default:
        return response.writeHead(404).end();
    }
  }

  function uploadPlace() {
    return {
      upload_url: `${origin}/v3.fal.media/upload/picture.jpg`,
      file_url: `${FILES}/picture.jpg`,
    };
  }

  const origin = await listen(server);
  return {
    origin,
    calls,
    signer,
    keysUrl: `${origin}/keys`,
    keysAsked: () => keysAsked,
    planNext(plan: Plan) {
      next = plan;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
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

function answerJson(response: ServerResponse, status: number, content: unknown) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
}

function toAccepted(requestId: string) {
  return { status: "IN_QUEUE", request_id: requestId, queue_position: 0 };
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
