import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { AppError } from "./lib/problems";
import { getEnv } from "./lib/server/env";
import { publicOrigin } from "./lib/server/http/public-origin";
import { studioPolicy } from "./lib/server/pages/policy";
import { findOwnKey } from "./lib/server/sessions/own-key";
import { ensureOwner } from "./lib/server/sessions/owner";
import { ownKeyKind, upstreamKind } from "./lib/server/upstream/kind";

// Only routes that React renders: uploads must not pass here, because Next would truncate their bodies. Next reads this
// list before it runs any code, so the routes that are excluded are named here. A new page is included automatically,
// and a test finds a new route that is not named.
export const config = {
  matcher: [
    "/",
    "/((?!(?:api|local-fal|media|shared|v|login|logout|key|ledger|switch-library|_next)(?:/|$)|.*\\.).*)",
  ],
};

/** The pages of an owner. Any other path that comes here is unknown. */
const PAGES = new Set(["/", "/links"]);

/** Makes sure that a visitor of a page has a session before the page makes any request, and sets the page's policy. */
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
  // Next reads the nonce for its own scripts from the policy of the request.
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  if (!PAGES.has(request.nextUrl.pathname)) return response;
  try {
    // Renews the session's cookie for another 400 days.
    await ensureOwner(request, response.cookies);
    return response;
  } catch (error) {
    if (!(error instanceof AppError && error.code === "signed_out")) throw error;
    return NextResponse.redirect(new URL("/login", publicOrigin(request)), 303);
  }
}
