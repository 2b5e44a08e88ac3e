import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export type RecordedCall = {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
};

export type RecordingUpstream = AsyncDisposable & { origin: string; calls: RecordedCall[] };

/** A server in fal's place that takes everything, answers as a submit is answered, and notes what came. */
export async function startRecordingUpstream(): Promise<RecordingUpstream> {
  const calls: RecordedCall[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    // What a server asks by itself as it starts: the prices of today. This upstream names none.
    if (url.startsWith("/api.fal.ai/")) return void response.writeHead(404).end();
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    calls.push({ method, url, headers, body });
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(
        JSON.stringify({ status: "IN_QUEUE", request_id: crypto.randomUUID(), queue_position: 0 }),
      );
  });
  const origin = await listen(server);
  return {
    origin,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}

/** An origin at which nothing listens. */
export async function findDeadOrigin(): Promise<string> {
  const server = createServer();
  const origin = await listen(server);
  await new Promise((settle) => server.close(settle));
  return origin;
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
