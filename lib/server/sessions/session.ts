import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { cookies, headers } from "next/headers";
import { AppError } from "@/lib/problems";
import type { Database } from "../database/database";
import { getEnv } from "../env";
import { getLog } from "../log";
import { seal, unseal } from "../secrets/secrets";
import {
  type Asked,
  attributesFor,
  type CookieJar,
  namesFor,
  readAside,
  readCookies,
  writeAside,
} from "./cookies";
import { isRevoked, revokeSession, SESSION_SECONDS } from "./revoked-sessions";

type Session = {
  /** By which it is revoked. */
  id: string;
  owner?: string;
  access?: string;
  ownKey?: string;
};

/** With a password everyone who knows it shares one library. */
const EVERYONE = "everyone";

/** Who asks; `undefined` when this browser has no session yet. Throws `signed_out` where a password is asked for. */
export async function findOwner(request: Request): Promise<string | undefined> {
  return ownerOf(await readSession(request));
}

// To open a cookie takes longer than all else that a status call does here, and a page sends the same one each second.
const opened = new Map<string, { session: Session | undefined; until: number }>();
const OPENED_KEPT_MS = 60_000;
const MOST_OPENED = 1000;

/** As `findOwner`, with the session that a stream ends with. */
export async function findSession(
  request: Request,
): Promise<{ session: string; owner: string } | undefined> {
  const session = await readSession(request);
  const owner = ownerOf(session);
  return session && owner !== undefined ? { session: session.id, owner } : undefined;
}

async function readSession(request: Asked): Promise<Session | undefined> {
  const cookie = `${namesFor(request).session} ${request.headers.get("cookie") ?? ""}`;
  const known = opened.get(cookie);
  const isFresh = known !== undefined && known.until > Date.now();
  const session = isFresh ? known.session : (await openCookies(request)).session;
  if (!isFresh) {
    if (opened.size >= MOST_OPENED) opened.clear();
    opened.set(cookie, { session, until: Date.now() + OPENED_KEPT_MS });
  }
  return session && !isRevoked(session.id) ? session : undefined;
}

/** Throws `signed_out` where a password is asked for and this browser has not given it. */
export async function requireSignedIn(request: Request): Promise<void> {
  await findOwner(request);
}

/** Who asks, for what belongs to someone. Throws `not_found`: without a session nothing is here. */
export async function requireOwner(request: Request): Promise<string> {
  const owner = await findOwner(request);
  if (!owner) throw new AppError("not_found");
  return owner;
}

/** Who asks, of what costs something. Throws `session_missing`, and `signed_out` where a password is asked for. */
export async function requireSession(request: Request): Promise<string> {
  const owner = await findOwner(request);
  if (!owner) throw new AppError("session_missing");
  return owner;
}

/** Who asks: a browser that has no session gets one, in `jar` or with the answer to this call. Throws `signed_out`. */
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

/**
 * Whether it was the access password; the answer to this call then signs the browser in, and lets it be known later. The
 * session that the browser had before opens nothing any more.
 */
export async function signIn(
  { db }: { db: Database },
  request: Request,
  password: string,
): Promise<boolean> {
  const { ACCESS_PASSWORD } = getEnv();
  const given = Buffer.from(fingerprint(password));
  if (!ACCESS_PASSWORD || !timingSafeEqual(given, Buffer.from(fingerprint(ACCESS_PASSWORD))))
    return false;
  const jar = await cookies();
  const found = await openCookies(request);
  // Somebody signed out of a revoked one: nothing of it comes back, not even to who knows the password.
  const before = isUsable(found.session) ? found.session : undefined;
  if (found.unreadable !== undefined) setAside(request, jar, found.unreadable);
  const access = fingerprint(ACCESS_PASSWORD);
  await saveSession(request, jar, { ...before, id: crypto.randomUUID(), access });
  if (before) await revokeSession(db, before.id);
  const known = (await findKnownBrowser(request)) ?? crypto.randomUUID();
  const attributes = { ...attributesFor(request), path: "/login" };
  jar.set(KNOWN_BROWSER, await seal({ value: known }, SESSION_SECONDS), attributes);
  return true;
}

const KNOWN_BROWSER = "firstframe-known";

/** A name for a browser that has signed in before, so that its guesses are counted apart from those of strangers. */
export async function findKnownBrowser(request: Asked): Promise<string | undefined> {
  const sealed = readCookies(request)[KNOWN_BROWSER];
  return sealed && (await unseal<{ value?: string }>(sealed, SESSION_SECONDS))?.value;
}

/** The fal key that this browser brings along, where the server allows it. */
export async function findOwnKey(request: Asked): Promise<string | undefined> {
  if (!isOwnKeyAllowed()) return undefined;
  return (await readSession(request))?.ownKey;
}

/** Whether whoever this page is made for brings a key along. */
export async function isOwnKeyInUse(): Promise<boolean> {
  return (await findOwnKey({ headers: await headers() })) !== undefined;
}

/** What is kept beside this browser's session: a library whose secret is away, or one that can be opened again. */
export async function findLibraryAside(): Promise<"none" | "closed" | "open"> {
  const kept = readAside({ headers: await headers() });
  if (kept.length === 0) return "none";
  return (await findOpenable(kept)) ? "open" : "closed";
}

/** Opens the library that is kept beside this browser's session, and keeps the present one there. */
export async function switchLibrary(request: Request): Promise<void> {
  const { session: name } = namesFor(request);
  const own = readCookies(request)[name];
  const kept = readAside(request);
  const other = await findOpenable(kept);
  if (own === undefined || other === undefined) return;
  const jar = await cookies();
  jar.set(name, other, attributesFor(request));
  // The present library goes to the end, so that several presses lead through all of them.
  writeAside(request, jar, [...kept.filter((sealed) => sealed !== other), own]);
}

/** Keeps it in this browser's sealed cookie, and nowhere else; `undefined` forgets it. Throws `signed_out`. */
export async function persistOwnKey(request: Request, key: string | undefined): Promise<void> {
  const jar = await cookies();
  const owner = await ensureOwner(request, jar);
  const session = (await readSession(request)) ?? newSession();
  const { ownKey, ...rest } = { ...session, ...(owner !== EVERYONE && { owner }) };
  await saveSession(request, jar, { ...rest, ...(key !== undefined && { ownKey: key }) });
}

/** A server without a key takes each visitor's own; one that has a key only when it says so. */
export function isOwnKeyAllowed(): boolean {
  const { FAL_KEY, ALLOW_OWN_KEY } = getEnv();
  return ALLOW_OWN_KEY || FAL_KEY === undefined;
}

/**
 * Takes the cookie from this browser, and its use from every copy of it. `count` is called before that is recorded; what
 * it throws leaves everything as it was. A session that opens nothing is neither counted nor recorded, so strangers
 * cannot use up what is counted.
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
  // Under the earlier name there may be the session of another server on this host.
  const earlier = readCookies(request)[legacy];
  const isOwn = earlier !== undefined && (await openSession(earlier)) !== undefined;
  for (const cookie of new Set([name, aside, ...(isOwn ? [legacy] : [])]))
    jar.set(cookie, "", { ...attributesFor(request), maxAge: 0 });
  if (isOpening) await revokeSession(db, session.id);
}

// By the password itself, so that another one signs everybody out.
function ownerOf(session: Session | undefined): string | undefined {
  const { ACCESS_PASSWORD } = getEnv();
  if (ACCESS_PASSWORD === undefined) return session?.owner;
  if (!session || !hasAccess(session)) throw new AppError("signed_out");
  return EVERYONE;
}

function hasAccess({ access }: Session): boolean {
  const { ACCESS_PASSWORD } = getEnv();
  return ACCESS_PASSWORD === undefined || access === fingerprint(ACCESS_PASSWORD);
}

function fingerprint(password: string): string {
  return createHash("sha256").update(password).digest("base64url");
}

type Opened = {
  session?: Session;
  /** A cookie of ours that none of the secrets opens: somebody's library hangs on it. */
  unreadable?: string;
};

/** The first of this browser's cookies that can be opened: its own, one that was set aside, one of an earlier version. */
async function openCookies(request: Asked): Promise<Opened> {
  const held = readCookies(request);
  const { session: name, legacy } = namesFor(request);
  const own = held[name];
  const unreadable = own && !(await openSession(own)) ? own : undefined;
  for (const sealed of [own, ...readAside(request), held[legacy]]) {
    const session = sealed && (await openSession(sealed));
    if (session) return { session, unreadable };
  }
  return { unreadable };
}

async function openSession(sealed: string): Promise<Session | undefined> {
  const session = await unseal<Partial<Session>>(sealed, SESSION_SECONDS);
  // Earlier versions gave it no id.
  return session && { ...session, id: session.id ?? fingerprint(sealed) };
}

function newSession(): Session {
  return { id: crypto.randomUUID() };
}

function isUsable(session: Session | undefined): session is Session {
  return session !== undefined && !isRevoked(session.id);
}

async function saveSession(request: Asked, jar: CookieJar, session: Session): Promise<void> {
  const { session: name } = namesFor(request);
  jar.set(name, await seal(session, SESSION_SECONDS), attributesFor(request));
}

/** Keeps what can't be opened beside the new session, so that its library comes back with its secret. */
function setAside(request: Asked, jar: CookieJar, unreadable: string): void {
  getLog().warn(
    "a browser's session can't be opened: SESSION_SECRET has changed. The earlier secret, named after the new one, brings its library back",
  );
  writeAside(request, jar, [unreadable, ...readAside(request)]);
}

async function findOpenable(kept: readonly string[]): Promise<string | undefined> {
  for (const sealed of kept) if (await openSession(sealed)) return sealed;
  return undefined;
}
