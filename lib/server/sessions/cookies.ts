import "server-only";
import { type Cookie, parse } from "hono/utils/cookie";
import { publicOrigin } from "../http/public-origin";
import { SESSION_SECONDS } from "./revoked-sessions";

export type Asked = Pick<Request, "headers">;
type CookieAttributes = Record<string, string | number | boolean>;
/** Where the cookies of an answer are written. */
export type CookieJar = {
  set(name: string, value: string, attributes: CookieAttributes): unknown;
};

/**
 * The name of the session's cookie contains the port, because a browser sends the cookies of every port of a host.
 * `__Host-` keeps other hosts of the same domain from setting a cookie of the same name. `legacy` is the name that earlier
 * versions used; on https another host of the domain could plant a session under it, so there it is not read.
 */
export function namesFor(request: Asked) {
  const { protocol, port } = new URL(publicOrigin(request));
  const base = port ? `firstframe-${port}` : "firstframe";
  const session = protocol === "https:" ? `__Host-${base}` : base;
  const legacy = protocol === "https:" ? session : "firstframe";
  return { session, aside: `${session}-aside`, legacy };
}

export function attributesFor(request: Asked): CookieAttributes {
  const secure = publicOrigin(request).startsWith("https:");
  return { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: SESSION_SECONDS - 60 };
}

/** If two cookies have one name, the first counts, because it has the narrower path. */
export function readCookies({ headers }: Asked): Partial<Cookie> {
  return parse(headers.get("cookie") ?? "");
}

// A browser stores no cookie over 4,096 bytes, and most gateways refuse more than 8 kB of headers.
const MOST_ASIDE_BYTES = 3_500;
// Neither a seal nor the encoding of a cookie uses this character.
const BETWEEN = "!";

/** Returns the sealed sessions that this browser has beside its own. The one that was set aside last comes first. */
export function readAside(request: Asked): string[] {
  const stored = readCookies(request)[namesFor(request).aside];
  return stored ? pickFitting(stored.split(BETWEEN)) : [];
}

/** Writes as many as fit into one cookie, from the first on. Returns how many do not fit. */
export function writeAside(request: Asked, jar: CookieJar, sealed: readonly string[]): number {
  const all = [...new Set(sealed)];
  const fitting = pickFitting(all);
  jar.set(namesFor(request).aside, fitting.join(BETWEEN), attributesFor(request));
  return all.length - fitting.length;
}

function pickFitting(sealed: readonly string[]): string[] {
  let bytes = 0;
  return sealed.filter(({ length }) => {
    if (bytes + length > MOST_ASIDE_BYTES) return false;
    bytes += length + BETWEEN.length;
    return true;
  });
}
