import "server-only";
import { cookies, headers } from "next/headers";
import { AppError } from "@/lib/problems";
import { setAside } from "./aside";
import { type Asked, type CookieJar, namesFor } from "./cookies";
import { openCookies, saveSession } from "./open-cookies";
import { EVERYONE, isUsable, newSession, ownerOf, type Session } from "./session";

/** Returns `undefined` if this browser has no session yet. Throws `signed_out` if it has to give the password first. */
export async function findOwner(request: Request): Promise<string | undefined> {
  return ownerOf(await readSession(request));
}

/** As `findOwner`, for a page. */
export async function findPageOwner(): Promise<string | undefined> {
  return ownerOf(await readSession({ headers: await headers() }));
}

/** As `findOwner`, with the id of the session. A stream ends when that session is revoked. */
export async function findSession(
  request: Request,
): Promise<{ session: string; owner: string } | undefined> {
  const session = await readSession(request);
  const owner = ownerOf(session);
  return session && owner !== undefined ? { session: session.id, owner } : undefined;
}

/** Throws `signed_out` if this browser has to give the password first. */
export async function requireSignedIn(request: Request): Promise<void> {
  await findOwner(request);
}

/** For what belongs to an owner: a browser without a session has nothing here. Throws `not_found` and `signed_out`. */
export async function requireOwner(request: Request): Promise<string> {
  const owner = await findOwner(request);
  if (!owner) throw new AppError("not_found");
  return owner;
}

/** For what costs something. Throws `session_missing` and `signed_out`. */
export async function requireSession(request: Request): Promise<string> {
  const owner = await findOwner(request);
  if (!owner) throw new AppError("session_missing");
  return owner;
}

/**
 * Returns the owner, and gives a session to a browser that has none: in `jar`, or with the answer to this call. Throws
 * `signed_out`.
 */
export async function ensureOwner(request: Request, jar?: CookieJar): Promise<string> {
  const answer = jar ?? (await cookies());
  const found = await openCookies(request);
  const session = isUsable(found.session) ? found.session : undefined;
  const owner = ownerOf(session) ?? crypto.randomUUID();
  if (found.unreadable !== undefined) setAside(request, answer, found.unreadable);
  await saveSession(request, answer, {
    ...(session ?? newSession()),
    ...(owner !== EVERYONE && { owner }),
  });
  return owner;
}

// Opening a cookie takes longer than the rest of a status call, and a page sends the same cookie with every call.
const opened = new Map<string, { session: Session | undefined; until: number }>();
const OPENED_FRESH_MS = 60_000;
const MOST_OPENED = 1000;

/** Returns the session that this browser has and that nobody has signed out of. */
export async function readSession(request: Asked): Promise<Session | undefined> {
  const cookie = `${namesFor(request).session} ${request.headers.get("cookie") ?? ""}`;
  const known = opened.get(cookie);
  const isFresh = known !== undefined && known.until > Date.now();
  const session = isFresh ? known.session : (await openCookies(request)).session;
  if (!isFresh) {
    if (opened.size >= MOST_OPENED) opened.clear();
    opened.set(cookie, { session, until: Date.now() + OPENED_FRESH_MS });
  }
  return isUsable(session) ? session : undefined;
}
