import "server-only";
import { handleRequest, TARGET_URL_HEADER } from "@fal-ai/server-proxy";
import { AppError } from "@/lib/problems";
import type { FalCall } from "../gate/calls";
import { LOCAL_FAL_ROUTE } from "./local-fal";
import { addressOf, type Upstream } from "./target";

/** What goes up: the browser's method and body, and none of its headers. `origin` is where it reaches this server. */
export type Outgoing = { method: string; body?: string; origin: string };

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

/**
 * Sends a call that passed the gate, with the server's key, and answers with what came back. Throws
 * `upstream_unavailable` when it was certainly not sent, `upstream_answer_broken` when nobody knows.
 */
export async function forward(
  call: FalCall,
  upstream: Upstream,
  outgoing: Outgoing,
): Promise<Response> {
  // `authorization` and `x-fal-*` are the server's to set.
  const headers: Record<string, string> =
    upstream.kind === "local"
      ? { "x-fal-public-base": `${outgoing.origin}${LOCAL_FAL_ROUTE}` }
      : {};

  const sent = handleRequest<Response>(
    {
      id: "firstframe",
      method: outgoing.method,
      getHeaders: () => headers,
      getHeader: (name) => {
        if (name === TARGET_URL_HEADER) return addressOf(call.url, upstream);
        return name === "user-agent" ? "firstframe" : headers[name];
      },
      getRequestBody: async () => outgoing.body,
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
  const response = await withDeadline(sent).catch((error: unknown) => {
    throw toCallError(error);
  });
  return toAnswer(response);
}

function toAnswer(response: Response): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  for (const name of PASSED_RESPONSE_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, headers });
}

/** `upstream_unavailable` when the call certainly did not arrive, `upstream_answer_broken` when nobody knows. */
export function toCallError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  const code = NEVER_SENT.has(cause?.code ?? "")
    ? "upstream_unavailable"
    : "upstream_answer_broken";
  return new AppError(code, { cause: error });
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
