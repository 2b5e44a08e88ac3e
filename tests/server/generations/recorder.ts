import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What a call is about, by its address. */
export type CallKind =
  | "submit"
  | "status"
  | "stream"
  | "result"
  | "cancel"
  | "file"
  | "keys"
  | "webhook"
  | "other";

export type Call = {
  kind: CallKind;
  method: string;
  /** `/HOST/PATH`. */
  url: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
};

export type Answer = (call: Call, response: ServerResponse) => unknown;

/** A server for the length of one test that writes down each call before it answers. */
export async function startRecorder(answer: Answer, { port = 0 } = {}) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const body = Buffer.concat(await Array.fromAsync(request));
    const call = { kind: toKind(method, url), method, url, headers, body };
    calls.push(call);
    await answer(call, response);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: (kind: CallKind) => calls.filter((call) => call.kind === kind),
    close,
  };
}

function toKind(method: string, url: string): CallKind {
  const { pathname } = new URL(url, "http://localhost");
  if (/^\/[\w-]+\.fal\.media\//.test(pathname)) return "file";
  if (pathname.endsWith("/jwks.json")) return "keys";
  if (pathname === "/api/fal/webhook") return "webhook";
  if (!pathname.startsWith("/queue.fal.run/")) return "other";
  if (method === "POST") return "submit";
  if (pathname.endsWith("/status")) return "status";
  if (pathname.endsWith("/status/stream")) return "stream";
  return pathname.endsWith("/cancel") ? "cancel" : "result";
}
