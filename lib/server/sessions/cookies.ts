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
 * The session's cookie carries the port, because a browser sends those of every port of a host; `__Host-` keeps other hosts
 * of the same domain from setting one of the same name. `legacy` is the name that earlier versions used; on https another
 * host of the domain could plant a session under it.
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

/** Of two cookies of one name the first counts, because it has the narrower path. */
export function readCookies({ headers }: Asked): Partial<Cookie> {
  return parse(headers.get("cookie") ?? "");
}

// A cookie header may have 8 kB at most on most servers; a sealed session has about 400 bytes.
const MOST_ASIDE = 4;
// Neither a seal nor a cookie's encoding has this character.
const BETWEEN = "!";

/** The sealed sessions that are kept beside this browser's own, the one that was set aside last first. */
export function readAside(request: Asked): string[] {
  const kept = readCookies(request)[namesFor(request).aside];
  return kept ? kept.split(BETWEEN).slice(0, MOST_ASIDE) : [];
}

export function writeAside(request: Asked, jar: CookieJar, kept: readonly string[]): void {
  const { aside } = namesFor(request);
  const text = [...new Set(kept)].slice(0, MOST_ASIDE).join(BETWEEN);
  jar.set(aside, text, attributesFor(request));
}
