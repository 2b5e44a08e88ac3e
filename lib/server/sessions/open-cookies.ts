import "server-only";
import { seal, unseal } from "../secrets/seal";
import {
  type Asked,
  attributesFor,
  type CookieJar,
  namesFor,
  readAside,
  readCookies,
} from "./cookies";
import { SESSION_SECONDS } from "./revoked-sessions";
import { fingerprint, type Session } from "./session";

type Opened = {
  session?: Session;
  /** A cookie of ours that none of the secrets opens. It may be the only way to somebody's library. */
  unreadable?: string;
};

/**
 * Opens the first of this browser's cookies that can be opened: its own, then those that were set aside, then one of an
 * earlier version.
 */
export async function openCookies(request: Asked): Promise<Opened> {
  const cookies = readCookies(request);
  const { session: name, legacy } = namesFor(request);
  const own = cookies[name];
  const unreadable = own && !(await openSession(own)) ? own : undefined;
  for (const sealed of [own, ...readAside(request), cookies[legacy]]) {
    const session = sealed && (await openSession(sealed));
    if (session) return { session, unreadable };
  }
  return { unreadable };
}

/** Returns `undefined` if none of this server's secrets opens it. */
export async function openSession(sealed: string): Promise<Session | undefined> {
  const session = await unseal<Partial<Session>>(sealed, SESSION_SECONDS);
  // Earlier versions wrote no id.
  return session && { ...session, id: session.id ?? fingerprint(sealed) };
}

export async function saveSession(request: Asked, jar: CookieJar, session: Session): Promise<void> {
  const { session: name } = namesFor(request);
  jar.set(name, await seal(session, SESSION_SECONDS), attributesFor(request));
}
