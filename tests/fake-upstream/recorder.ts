import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The kind of a call, recognised by its address. */
export type CallKind =
  | "submit"
  | "status"
  | "stream"
  | "result"
  | "cancel"
  | "upload"
  | "file"
  | "keys"
  | "prices"
  | "webhook"
  | "other";

export type Call = {
  kind: CallKind;
  method: string;
  /** `/HOST/PATH`. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  bytes: Buffer;
};

export type Answer = (call: Call, response: ServerResponse) => unknown;

export type Recorder = AsyncDisposable & {
  origin: string;
  /** Every call, in the order of arrival. */
  calls: Call[];
  close(): Promise<void>;
};

export type RecorderOptions = {
  port?: number;
  /** Kinds of calls that are answered but not recorded. */
  unrecorded?: readonly CallKind[];
};

/** Starts a server that records each call before it answers. */
export async function startRecorder(
  answer: Answer,
  { port = 0, unrecorded = [] }: RecorderOptions = {},
): Promise<Recorder> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const bytes = Buffer.concat(await Array.fromAsync(request));
    const kind = toKind(method, url);
    const call = { kind, method, url, headers, bytes, body: bytes.toString() };
    if (!unrecorded.includes(kind)) calls.push(call);
    await answer(call, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    const closed = new Promise((settle) => server.close(settle));
    server.closeAllConnections();
    await closed;
  };
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function toKind(method: string, url: string): CallKind {
  const { pathname } = new URL(url, "http://localhost");
  if (/^\/[\w-]+\.fal\.media\//.test(pathname)) return "file";
  if (pathname.endsWith("/jwks.json")) return "keys";
  if (pathname.startsWith("/api.fal.ai/")) return "prices";
  if (pathname.startsWith("/rest.fal.ai/")) return "upload";
  if (pathname === "/api/fal/webhook") return "webhook";
  if (!pathname.startsWith("/queue.fal.run/")) return "other";
  if (method === "POST") return "submit";
  if (pathname.endsWith("/status")) return "status";
  if (pathname.endsWith("/status/stream")) return "stream";
  return pathname.endsWith("/cancel") ? "cancel" : "result";
}
