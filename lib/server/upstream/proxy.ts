import "server-only";
import { handleRequest, type ProxyBehavior, TARGET_URL_HEADER } from "@fal-ai/server-proxy";
import { AppError } from "@/lib/problems";
import { withDeadline } from "../process/deadline";
import type { FalCall } from "./calls";
import { callUpstream } from "./departure";
import { LOCAL_FAL_ROUTE } from "./local-fal";
import { addressOf, type Upstream } from "./target";

/** The browser's method and body, without its headers. `origin` is where the browser reaches this server. */
export type Outgoing = { method: string; body?: string; origin: string };

// Gateways in front of this server usually wait for a minute, so our own answer must come earlier.
const ANSWER_WITHIN_MS = 45_000;

const PASSED_RESPONSE_HEADERS = [
  "content-type",
  "retry-after",
  "x-fal-billable-units",
  "x-fal-error-type",
  "x-fal-needs-retry",
  "x-fal-request-id",
  "x-fal-request-timeout-type",
];

/**
 * Sends a call that passed the gate, with the upstream's key, and returns the answer. Throws `upstream_unavailable` if the
 * call was certainly not sent, and `upstream_answer_broken` if nobody knows.
 */
export async function forward(
  call: FalCall,
  upstream: Upstream,
  outgoing: Outgoing,
): Promise<Response> {
  // Only the server sets `authorization` and `x-fal-*`.
  const headers: Record<string, string> =
    upstream.kind === "local"
      ? { "x-fal-public-base": `${outgoing.origin}${LOCAL_FAL_ROUTE}` }
      : {};

  // `handleRequest` takes no signal, so the call itself goes on after the deadline has given up on it.
  const send = () =>
    withDeadline(
      handleRequest<Response>(requestOf(call, upstream, outgoing, headers), {
        // The gate has already decided, more strictly than these patterns can.
        allowedUrlPatterns: ["**"],
        allowedEndpoints: ["**"],
        allowUnauthorizedRequests: false,
        isAuthenticated: async () => true,
        resolveFalAuth: async () => upstream.authorization,
      }),
      ANSWER_WITHIN_MS,
      "the upstream's answer",
    );
  return toAnswer(await callUpstream(call.kind, send));
}

function requestOf(
  call: FalCall,
  upstream: Upstream,
  outgoing: Outgoing,
  headers: Record<string, string>,
): ProxyBehavior<Response> {
  return {
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
  };
}

function toAnswer(response: Response): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  for (const name of PASSED_RESPONSE_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(response.body, { status: response.status, headers });
}
