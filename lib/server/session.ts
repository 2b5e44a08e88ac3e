import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  type CookieJar,
  type CookieStore,
  getIronSession,
  type SessionOptions,
  sealData,
  unsealData,
  webCookies,
} from "iron-session";
import { cookies } from "next/headers";
import { AppError } from "@/lib/problems";
import { dataFolder, getEnv } from "./env";
import { publicOrigin } from "./public-origin";

type Session = { owner: string; access: string; ownKey: string };
type Jar = CookieJar | CookieStore;

// Browsers keep no cookie longer than 400 days; each visit begins them anew.
const KEPT_SECONDS = 400 * 24 * 60 * 60;
export const SEALED_SECONDS = 30 * 24 * 60 * 60;

/** With a password everyone who knows it shares one library. */
const EVERYONE = "everyone";

/** Who asks; `undefined` when this browser has no session yet. Throws `signed_out` where a password is asked for. */
export async function findOwner(request: Request): Promise<string | undefined> {
  return ownerOf(await readSession(request));
}

// To open a cookie takes longer than all else that a status call does here, and a page sends the same one each second.
const opened = new Map<string, { session: Partial<Session>; until: number }>();
const OPENED_KEPT_MS = 60_000;
const MOST_OPENED = 1000;

async function readSession(request: Request): Promise<Partial<Session>> {
  const cookie = request.headers.get("cookie") ?? "";
  const known = opened.get(cookie);
  if (known && known.until > Date.now()) return known.session;
  const { owner, access, ownKey } = await openSession(request, webCookies(request, new Headers()));
  if (opened.size >= MOST_OPENED) opened.clear();
  const session = { owner, access, ownKey };
  opened.set(cookie, { session, until: Date.now() + OPENED_KEPT_MS });
  return session;
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

/** Who asks: a browser that has no session gets one, in `jar` or with the answer to this call. Throws `signed_out`. */
export async function ensureOwner(request: Request, jar?: Jar): Promise<string> {
  const session = await openSession(request, jar ?? (await cookies()));
  const owner = ownerOf(session) ?? crypto.randomUUID();
  if (owner !== EVERYONE) session.owner = owner;
  await session.save();
  return owner;
}

/** Whether it was the access password; the answer to this call then signs the browser in. */
export async function signIn(request: Request, password: string): Promise<boolean> {
  const { ACCESS_PASSWORD } = getEnv();
  const given = Buffer.from(fingerprint(password));
  if (!ACCESS_PASSWORD || !timingSafeEqual(given, Buffer.from(fingerprint(ACCESS_PASSWORD))))
    return false;
  const session = await openSession(request, await cookies());
  session.access = fingerprint(ACCESS_PASSWORD);
  await session.save();
  return true;
}

/** The fal key that this browser brings along, where the server allows it. */
export async function findOwnKey(request: Request): Promise<string | undefined> {
  if (!isOwnKeyAllowed()) return undefined;
  return (await readSession(request)).ownKey;
}

/** Whether whoever this page is made for brings a key along. */
export async function isOwnKeyInUse(): Promise<boolean> {
  if (!isOwnKeyAllowed()) return false;
  // Only read, so nothing of the cookie's own settings matters.
  return (await openSessionAt(await cookies(), false)).ownKey !== undefined;
}

/** Keeps it in this browser's sealed cookie, and nowhere else; `undefined` forgets it. Throws `signed_out`. */
export async function keepOwnKey(request: Request, key: string | undefined): Promise<void> {
  const jar = await cookies();
  await ensureOwner(request, jar);
  const session = await openSession(request, jar);
  if (key === undefined) delete session.ownKey;
  else session.ownKey = key;
  await session.save();
}

/** A server without a key takes each visitor's own; one that has a key only when it says so. */
export function isOwnKeyAllowed(): boolean {
  const { FAL_KEY, ALLOW_OWN_KEY } = getEnv();
  return ALLOW_OWN_KEY || FAL_KEY === undefined;
}

export async function signOut(request: Request): Promise<void> {
  (await openSession(request, await cookies())).destroy();
}

// By the password itself, so that another one signs everybody out.
function ownerOf({ owner, access }: Partial<Session>): string | undefined {
  const { ACCESS_PASSWORD } = getEnv();
  if (ACCESS_PASSWORD === undefined) return owner;
  if (access !== fingerprint(ACCESS_PASSWORD)) throw new AppError("signed_out");
  return EVERYONE;
}

function fingerprint(password: string): string {
  return createHash("sha256").update(password).digest("base64url");
}

/** A value that only this server can have made, to be kept in a cookie for a month. */
export async function sealValue(value: string): Promise<string> {
  return sealData({ value }, { password: await getSecret(), ttl: SEALED_SECONDS });
}

/** What `sealValue` sealed; `undefined` when it is too old or was made elsewhere. */
export async function unsealValue(sealed: string): Promise<string | undefined> {
  const { value } = await unsealData<{ value?: string }>(sealed, { password: await getSecret() });
  return value;
}

async function openSession(request: Request, jar: Jar) {
  return openSessionAt(jar, publicOrigin(request).startsWith("https:"));
}

async function openSessionAt(jar: Jar, secure: boolean) {
  const options: SessionOptions = {
    cookieName: "firstframe",
    password: await getSecret(),
    ttl: KEPT_SECONDS,
    cookieOptions: { httpOnly: true, sameSite: "lax", secure },
  };
  return getIronSession<Session>(jar, options);
}

const shared = globalThis as { firstframeSecret?: Promise<string> };

function getSecret(): Promise<string> {
  const env = getEnv();
  if (env.SESSION_SECRET) return Promise.resolve(env.SESSION_SECRET);
  shared.firstframeSecret ??= keepSecret(path.join(dataFolder(env), "session-secret"));
  return shared.firstframeSecret;
}

/** Reads the secret of this data folder, or makes one; of two servers that start together one makes it. */
async function keepSecret(file: string): Promise<string> {
  const readKept = () => readFile(file, "utf8").then((text) => text.trim(), ignoreMissing);
  const kept = await readKept();
  if (kept) return kept;
  const made = `${file}.${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(made, randomBytes(32).toString("base64url"), { mode: 0o600 });
  await link(made, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(made);
  return (await readKept()) ?? keepSecret(file);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
