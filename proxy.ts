import { nextProxyCookies } from "iron-session";
import { type NextRequest, NextResponse } from "next/server";
import { AppError } from "./lib/problems";
import { publicOrigin } from "./lib/server/http";
import { ensureOwner } from "./lib/server/session";

// The page alone: its visitor has a session before anything on it asks for something, and it begins its 400 days
// anew. Uploads must not pass here, because Next would cut their bodies.
export const config = { matcher: "/" };

export async function proxy(request: NextRequest) {
  const response = NextResponse.next();
  try {
    await ensureOwner(request, nextProxyCookies(request, response));
    return response;
  } catch (error) {
    if (!(error instanceof AppError && error.code === "signed_out")) throw error;
    return NextResponse.redirect(new URL("/login", publicOrigin(request)), 303);
  }
}
