import "server-only";
import { LOCAL_FAL_ROUTE } from "./local-fal";
import { addressOf, type Upstream } from "./target";

/** A file at the upstream can't be fetched: gone for good, or not for now. */
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

type FetchLimits = { maxBytes: number; timeoutMs: number };

/**
 * A stand-in's files under the names that they have at fal: its own address may be another after a restart. `origin`
 * is where browsers reach this server.
 */
export function toFalUrl(url: string, { base }: Upstream, origin?: string): string {
  const prefixes = [base, origin && `${origin}${LOCAL_FAL_ROUTE}`];
  const prefix = prefixes.find((prefix) => prefix && url.startsWith(`${prefix}/`));
  return prefix ? `https://${url.slice(prefix.length + 1)}` : url;
}

/** Where a browser finds what `toFalUrl` named. */
export function toBrowserUrl(falUrl: string, upstream: Upstream, origin: string): string {
  const url = URL.parse(falUrl);
  if (!url || !isUpstreamFile(url)) return falUrl;
  return upstream.kind === "local"
    ? `${origin}${LOCAL_FAL_ROUTE}/${url.host}${url.pathname}${url.search}`
    : addressOf(url, upstream);
}

/** Whether it is on the hosts that fal keeps uploads and results on. */
export function isUpstreamFile({ protocol, hostname, port }: URL): boolean {
  return protocol === "https:" && port === "" && /^([\w-]+\.)?fal\.media$/.test(hostname);
}

/** The bytes of a file on the upstream's hosts, without the key. Throws the errors above, also in the middle. */
export async function* fetchFile(
  url: URL,
  upstream: Upstream,
  { maxBytes, timeoutMs }: FetchLimits,
): AsyncGenerator<Uint8Array> {
  const response = await fetch(addressOf(url, upstream), {
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(failFetch);
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const isGone = response.status === 404 || response.status === 410;
    throw new FileFetchError(`The file answered ${response.status}`, { isGone });
  }
  const limit = () => new FileTooLargeError(`The file has more than ${maxBytes} bytes`);
  const declared = Number(response.headers.get("content-length"));
  if (declared > maxBytes) {
    await response.body.cancel();
    throw limit();
  }
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw limit();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof FileTooLargeError ? error : failFetch(error);
  }
}

function failFetch(cause: unknown): never {
  throw new FileFetchError("The file can't be fetched", { cause });
}
