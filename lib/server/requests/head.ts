import "server-only";
import type { IncomingMessage } from "node:http";
import type { Refusal } from "./refusal";
import { setHeader } from "./set-header";

// Next reads a query and a cookie header in time that grows with the square of their parts.
const MAX_PATH = 1024;
const MAX_SEGMENTS = 32;
const MAX_QUERY = 4096;
const MAX_FIELDS = 32;
const MAX_COOKIES = 64;
const OUR_COOKIE = /^(__Host-|__Secure-)?firstframe/;

/** Refuses an address that no page of ours has, before anything takes it apart. */
export function checkAddress({ url = "" }: IncomingMessage): Refusal | undefined {
  const at = url.indexOf("?");
  const [path, query] = at === -1 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
  if (path.length > MAX_PATH || query.length > MAX_QUERY)
    return { code: "bad_request", status: 414 };
  if (countOf("/", path) > MAX_SEGMENTS || countOf("&", query) > MAX_FIELDS)
    return { code: "bad_request" };
  // A whole address is for a proxy, and `*` for OPTIONS; a path in two slashes would be taken for a host.
  const isPath = path.startsWith("/") && !/^[/\\]{2}/.test(path);
  if (!isPath || !URL.canParse(url, "http://localhost") || !isDecodable(path))
    return { code: "bad_request" };
  return undefined;
}

/** Leaves of the cookies those that are ours, because the rest is of no use to any route. */
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
