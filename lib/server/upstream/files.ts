import "server-only";
import { guardedFetch, ResponseTooLargeError } from "@/lib/net/guarded-fetch";
import { countUpstreamCall, outcomeOf } from "./departure";
import { LOCAL_FAL_ROUTE } from "./local-fal";
import { addressOf, type Upstream } from "./target";

/** A file at the upstream can't be fetched, either permanently or for the moment. */
export class FileFetchError extends Error {
  override name = "FileFetchError";
  readonly isGone: boolean;

  constructor(message: string, options: ErrorOptions & { isGone?: boolean } = {}) {
    super(message, options);
    this.isGone = options.isGone ?? false;
  }
}

export class FileTooLargeError extends Error {
  override name = "FileTooLargeError";
}

const MAX_REDIRECTS = 3;
const SILENT_FOR_MS = 30_000;

type FetchLimits = { maxBytes: number; timeoutMs: number };

/**
 * Converts the address of a stand-in's file to the one that the file would have at fal, because a stand-in may have another
 * address after a restart. `origin` is where browsers reach this server.
 */
export function toFalUrl(url: string, { base }: Upstream, origin?: string): string {
  const prefixes = [base, origin && `${origin}${LOCAL_FAL_ROUTE}`];
  const prefix = prefixes.find((prefix) => prefix && url.startsWith(`${prefix}/`));
  return prefix ? `https://${url.slice(prefix.length + 1)}` : url;
}

/** Returns the address at which a browser finds a file that `toFalUrl` named. */
export function toBrowserUrl(falUrl: string, upstream: Upstream, origin: string): string {
  const url = URL.parse(falUrl);
  if (!url || !isUpstreamFile(url)) return falUrl;
  return upstream.kind === "local"
    ? `${origin}${LOCAL_FAL_ROUTE}/${url.host}${url.pathname}${url.search}`
    : addressOf(url, upstream);
}

/** Whether the address is on one of fal's hosts for uploads and results. */
export function isUpstreamFile({ protocol, username, password, hostname, port }: URL): boolean {
  const isPlain = protocol === "https:" && `${username}${password}${port}` === "";
  return isPlain && /^([\w-]+\.)?fal\.media$/.test(hostname);
}

/**
 * Fetches a file from the upstream's hosts, without the key. The operator chooses where a stand-in is, so only a stand-in
 * may be on a private network. Throws the errors above, also in the middle of the file.
 */
export async function* fetchFile(
  url: URL,
  { base }: Upstream,
  { maxBytes, timeoutMs }: FetchLimits,
): AsyncGenerator<Uint8Array> {
  try {
    const { status, body, drop } = await guardedFetch(new URL(addressOf(url, { base })), {
      allowPrivateHosts: base !== undefined,
      isAllowed: ({ href }) =>
        base === undefined ? isUpstreamFile(new URL(href)) : href.startsWith(`${base}/`),
      redirects: MAX_REDIRECTS,
      maxBytes,
      timeoutMs,
      silentForMs: SILENT_FOR_MS,
    });
    if (status < 200 || status > 299) {
      drop();
      countUpstreamCall("file", outcomeOf(status));
      const isGone = status === 404 || status === 410;
      throw new FileFetchError(`The file answered ${status}`, { isGone });
    }
    yield* body;
    countUpstreamCall("file", "ok");
  } catch (error) {
    if (error instanceof ResponseTooLargeError)
      throw new FileTooLargeError(`The file has more than ${maxBytes} bytes`, { cause: error });
    if (error instanceof FileFetchError) throw error;
    countUpstreamCall("file", "lost");
    throw new FileFetchError("The file can't be fetched", { cause: error });
  }
}
