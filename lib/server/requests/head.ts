import "server-only";
import type { IncomingMessage } from "node:http";
import type { Refusal } from "./refusal";
import { setHeader } from "./set-header";

// The time that Next needs for a query or a cookie header grows with the square of the number of its parts.
const MAX_PATH = 1024;
const MAX_SEGMENTS = 32;
const MAX_QUERY = 4096;
const MAX_FIELDS = 32;
const MAX_COOKIES = 64;
const OUR_COOKIE = /^(__Host-|__Secure-)?firstframe/;

/** Refuses an address that no page of ours can have, before anything parses it. */
export function checkAddress({ url = "" }: IncomingMessage): Refusal | undefined {
  const at = url.indexOf("?");
  const [path, query] = at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
  if (path.length > MAX_PATH || query.length > MAX_QUERY)
    return { code: "bad_request", status: 414 };
  if (countOf("/", path) > MAX_SEGMENTS || countOf("&", query) > MAX_FIELDS)
    return { code: "bad_request" };
  // Postgres can't compare with a null character, and no field has a use for one.
  if (query.includes("%00")) return { code: "bad_request" };
  // A full address is for a proxy, `*` is for OPTIONS, and a path that begins with two slashes would count as a host.
  const isPath = path.startsWith("/") && !/^[/\\]{2}/.test(path);
  if (!isPath || !URL.canParse(url, "http://localhost") || !isDecodable(path))
    return { code: "bad_request" };
  return undefined;
}

/** Removes cookies that are not ours, because no route uses them. */
export function dropForeignCookies(request: IncomingMessage): void {
  const { cookie } = request.headers;
  if (cookie === undefined) return;
  const own = cookie
    .split(";")
    .map((part) => part.trim())
    .filter((part) => OUR_COOKIE.test(part))
    .slice(0, MAX_COOKIES)
    .join("; ");
  setHeader(request, "cookie", own);
}

function countOf(sign: string, text: string): number {
  return text.split(sign).length - 1;
}

function isDecodable(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes("\0");
  } catch {
    return false;
  }
}
