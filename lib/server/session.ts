import "server-only";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type Cookie, parse } from "hono/utils/cookie";
import { cookies, headers } from "next/headers";
import { AppError } from "@/lib/problems";
import type { Database } from "./database/database";
import { getEnv } from "./env";
import { getLog } from "./log";
import { publicOrigin } from "./public-origin";
import { isRevoked, revokeSession, SESSION_SECONDS } from "./revoked-sessions";
import { getSecrets, seal, unseal } from "./secrets";

type Session = {
  /** By which it is revoked. */
  id: string;
  owner?: string;
  access?: string;
  ownKey?: string;
};

type Asked = Pick<Request, "headers">;
type CookieAttributes = Record<string, string | number | boolean>;
/** Where the cookies of an answer are written. */
export type CookieJar = {
  set(name: string, value: string, attributes: CookieAttributes): unknown;
};

export const SEALED_SECONDS = 30 * 24 * 60 * 60;

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
  const { session = newSession() } = found;
  if (found.unreadable !== undefined) setAside(request, jar, found.unreadable);
  const access = fingerprint(ACCESS_PASSWORD);
  await saveSession(request, jar, { ...session, id: crypto.randomUUID(), access });
  if (found.session) await revokeSession(db, found.session.id);
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

/** Takes the cookie from this browser, and its use from every copy of it. */
export async function signOut({ db }: { db: Database }, request: Request): Promise<void> {
  const session = await readSession(request);
  const jar = await cookies();
  const { session: name, aside, legacy } = namesFor(request);
  // Under the earlier name there may be the session of another server on this host.
  const earlier = readCookies(request)[legacy];
  const isOwn = earlier !== undefined && (await openSession(earlier)) !== undefined;
  for (const cookie of new Set([name, aside, ...(isOwn ? [legacy] : [])]))
    jar.set(cookie, "", { ...attributesFor(request), maxAge: 0 });
  if (session) await revokeSession(db, session.id);
}

// By the password itself, so that another one signs everybody out.
function ownerOf(session: Session | undefined): string | undefined {
  const { ACCESS_PASSWORD } = getEnv();
  if (ACCESS_PASSWORD === undefined) return session?.owner;
  if (session?.access !== fingerprint(ACCESS_PASSWORD)) throw new AppError("signed_out");
  return EVERYONE;
}

function fingerprint(password: string): string {
  return createHash("sha256").update(password).digest("base64url");
}

/** A name for something that tells nobody what it is of, without this server's secret. */
export async function keyedHash(text: string): Promise<string> {
  const [secret = ""] = await getSecrets();
  return createHmac("sha256", secret).update(text).digest("base64url").slice(0, 27);
}

/** A value that only this server can have made, to be kept in a cookie for a month. */
export function sealValue(value: string): Promise<string> {
  return seal({ value }, SEALED_SECONDS);
}

/** What `sealValue` sealed; `undefined` when it is too old or was made elsewhere. */
export async function unsealValue(sealed: string): Promise<string | undefined> {
  return (await unseal<{ value?: string }>(sealed, SEALED_SECONDS))?.value;
}

/**
 * The session's cookie carries the port, because a browser sends those of every port of a host; `__Host-` keeps other hosts
 * of the same domain from setting one of the same name. `legacy` is the name that earlier versions used; on https another
 * host of the domain could plant a session under it.
 */
function namesFor(request: Asked) {
  const { protocol, port } = new URL(publicOrigin(request));
  const base = port ? `firstframe-${port}` : "firstframe";
  const session = protocol === "https:" ? `__Host-${base}` : base;
  const legacy = protocol === "https:" ? session : "firstframe";
  return { session, aside: `${session}-aside`, legacy };
}

function attributesFor(request: Asked): CookieAttributes {
  const secure = publicOrigin(request).startsWith("https:");
  return { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: SESSION_SECONDS - 60 };
}

/** Of two of one name the first counts: it is the one of the narrower path. */
function readCookies({ headers }: Asked): Partial<Cookie> {
  return parse(headers.get("cookie") ?? "");
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

// A cookie header may have 8 kB at most on most servers; a sealed session has about 400 bytes.
const MOST_ASIDE = 4;
// Neither a seal nor a cookie's encoding has this character.
const BETWEEN = "!";

/** The sealed sessions that are kept beside this browser's own, the one that was set aside last first. */
function readAside(request: Asked): string[] {
  const kept = readCookies(request)[namesFor(request).aside];
  return kept ? kept.split(BETWEEN).slice(0, MOST_ASIDE) : [];
}

function writeAside(request: Asked, jar: CookieJar, kept: readonly string[]): void {
  const { aside } = namesFor(request);
  const text = [...new Set(kept)].slice(0, MOST_ASIDE).join(BETWEEN);
  jar.set(aside, text, attributesFor(request));
}

async function findOpenable(kept: readonly string[]): Promise<string | undefined> {
  for (const sealed of kept) if (await openSession(sealed)) return sealed;
  return undefined;
}
