import "server-only";
import { cookies } from "next/headers";
import type { Database } from "../database/database";
import { seal, unseal } from "../secrets/seal";
import { setAside } from "./aside";
import { type Asked, attributesFor, namesFor, readCookies } from "./cookies";
import { openCookies, openSession, saveSession } from "./open-cookies";
import { readSession } from "./owner";
import { revokeSession, SESSION_SECONDS } from "./revoked-sessions";
import { fingerprint, hasAccess, isAccessPassword, isUsable } from "./session";

/**
 * Returns whether it was the access password. If so, the answer to this call signs the browser in and marks it as known.
 * The session that the browser had before opens nothing afterwards.
 */
export async function signIn(
  { db }: { db: Database },
  request: Request,
  password: string,
): Promise<boolean> {
  if (!isAccessPassword(password)) return false;
  const jar = await cookies();
  const found = await openCookies(request);
  // Somebody signed out of a revoked session, so nothing of it comes back, not even for a browser that knows the password.
  const before = isUsable(found.session) ? found.session : undefined;
  if (found.unreadable !== undefined) setAside(request, jar, found.unreadable);
  const access = fingerprint(password);
  await saveSession(request, jar, { ...before, id: crypto.randomUUID(), access });
  if (before) await revokeSession(db, before.id);
  const known = (await findKnownBrowser(request)) ?? crypto.randomUUID();
  const attributes = { ...attributesFor(request), path: "/login" };
  jar.set(KNOWN_BROWSER, await seal({ value: known }, SESSION_SECONDS), attributes);
  return true;
}

const KNOWN_BROWSER = "firstframe-known";

/** Returns an id for a browser that has signed in before, so that its guesses are counted apart from those of strangers. */
export async function findKnownBrowser(request: Asked): Promise<string | undefined> {
  const sealed = readCookies(request)[KNOWN_BROWSER];
  return sealed && (await unseal<{ value?: string }>(sealed, SESSION_SECONDS))?.value;
}

/**
 * Removes the cookies from this browser and revokes the session, so that no copy of its cookie works. Calls `count` before
 * it records that; if `count` throws, nothing has changed. A session that opens nothing is neither counted nor recorded, so
 * strangers cannot use up what is counted.
 */
export async function signOut(
  { db }: { db: Database },
  request: Request,
  count: () => Promise<void>,
): Promise<void> {
  const session = await readSession(request);
  const isOpening = session !== undefined && hasAccess(session);
  if (isOpening) await count();
  const jar = await cookies();
  const { session: name, aside, legacy } = namesFor(request);
  // The cookie under the earlier name may be the session of another server on this host.
  const earlier = readCookies(request)[legacy];
  const isOwn = earlier !== undefined && (await openSession(earlier)) !== undefined;
  for (const cookie of new Set([name, aside, ...(isOwn ? [legacy] : [])]))
    jar.set(cookie, "", { ...attributesFor(request), maxAge: 0 });
  if (isOpening) await revokeSession(db, session.id);
}
