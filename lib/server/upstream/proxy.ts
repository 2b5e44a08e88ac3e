import "server-only";
import { handleRequest, TARGET_URL_HEADER } from "@fal-ai/server-proxy";
import { AppError } from "@/lib/problems";
import type { FalCall } from "../gate/calls";
import { publicOrigin } from "../http";
import { LOCAL_FAL_ROUTE } from "./local-fal";
import { addressOf, openUpstream } from "./target";

// A submit, an upload's start, a cancel: a few hundred bytes, and a prompt of 2,000 characters at most.
const MAX_BODY_BYTES = 64 * 1024;
const ANSWER_WITHIN_MS = 60_000;

const PASSED_RESPONSE_HEADERS = [
  "content-type",
  "retry-after",
  "x-fal-billable-units",
  "x-fal-error-type",
  "x-fal-needs-retry",
  "x-fal-request-id",
  "x-fal-request-timeout-type",
];

// Failures before a connection stood: what was to be sent certainly did not arrive.
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Sends a call that passed the gate, with the server's key, and answers with what came back. */
export async function forward(call: FalCall, request: Request): Promise<Response> {
  const upstream = await openUpstream();
  const body =
    call.kind === "submit" || call.kind === "upload" ? await readBody(request) : undefined;
  // Of the browser's own headers none passes: `authorization` and `x-fal-*` are the server's to set.
  const headers: Record<string, string> =
    upstream.kind === "local"
      ? { "x-fal-public-base": `${publicOrigin(request)}${LOCAL_FAL_ROUTE}` }
      : {};

  const sent = handleRequest<Response>(
    {
      id: "firstframe",
      method: request.method,
      getHeaders: () => headers,
      getHeader: (name) => {
        if (name === TARGET_URL_HEADER) return addressOf(call.url, upstream);
        return name === "user-agent" ? "firstframe" : headers[name];
      },
      getRequestBody: async () => body,
      sendHeader: () => {},
      sendResponse: async (response) => response,
      respondWith: () => {
        throw new AppError("call_refused");
      },
    },
    {
      // The gate has decided already, more strictly than patterns can.
      allowedUrlPatterns: ["**"],
      allowedEndpoints: ["**"],
      allowUnauthorizedRequests: false,
      isAuthenticated: async () => true,
      resolveFalAuth: async () => upstream.authorization,
    },
  );
  return toAnswer(
    call,
    await withDeadline(sent).catch((error: unknown) => toAppError(call, error)),
  );
}

function toAnswer(call: FalCall, response: Response): Response {
  // The fal client repeats a submit on 502, 503 and 504, and fal knows no idempotency key: a job that was
  // accepted before the answer broke would be paid twice. So an unclear submit gets an answer that it lets be.
  if (call.kind === "submit" && response.status >= 500) {
    throw new AppError("unconfirmed", { cause: new Error(`upstream answered ${response.status}`) });
  }
  const headers = new Headers({ "cache-control": "no-store" });
  for (const name of PASSED_RESPONSE_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, headers });
}

function toAppError(call: FalCall, error: unknown): never {
  if (error instanceof AppError) throw error;
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  if (NEVER_SENT.has(cause?.code ?? ""))
    throw new AppError("upstream_unavailable", { cause: error });
  throw new AppError(call.kind === "submit" ? "unconfirmed" : "upstream_answer_broken", {
    cause: error,
  });
}

// `handleRequest` takes no signal, so the call itself goes on after this gives up on it.
async function withDeadline(sent: Promise<Response>): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)),
      ANSWER_WITHIN_MS,
    );
  });
  return Promise.race([sent, late]).finally(() => clearTimeout(timer));
}

async function readBody(request: Request): Promise<string> {
  let text = "";
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new AppError("body_too_large");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
