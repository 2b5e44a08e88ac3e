import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { AppError } from "./lib/problems";
import { getEnv } from "./lib/server/env";
import { publicOrigin } from "./lib/server/http/public-origin";
import { studioPolicy } from "./lib/server/pages/policy";
import { ensureOwner, findOwnKey } from "./lib/server/sessions/session";
import { ownKeyKind, upstreamKind } from "./lib/server/upstream/kind";

// What React renders, and nothing else: uploads must not pass here, because Next would cut their bodies. Next reads this before
// it runs anything, so the routes are named here; a page joins by itself, and a test finds a route that is missing.
export const config = {
  matcher: [
    "/",
    "/((?!(?:api|local-fal|media|shared|v|login|logout|key|ledger|switch-library|_next)(?:/|$)|.*\\.).*)",
  ],
};

/** A page's visitor has a session before anything on it asks for something, and the page its policy. */
export async function proxy(request: NextRequest) {
  const nonce = randomBytes(16).toString("base64");
  const hasOwnKey = (await findOwnKey(request)) !== undefined;
  const policy = studioPolicy({
    nonce,
    upstream: {
      kind: hasOwnKey ? ownKeyKind() : upstreamKind(),
      base: getEnv().FAL_UPSTREAM,
    },
    isDevelopment: getEnv().NODE_ENV === "development",
  });
  // Next reads the nonce for its own scripts from the request's policy.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  if (request.nextUrl.pathname !== "/") return response;
  try {
    // Its 400 days begin anew.
    await ensureOwner(request, response.cookies);
    return response;
  } catch (error) {
    if (!(error instanceof AppError && error.code === "signed_out")) throw error;
    return NextResponse.redirect(new URL("/login", publicOrigin(request)), 303);
  }
}
