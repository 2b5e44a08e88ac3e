import { lookup } from "node:dns/promises";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress, isPublicHost } from "./addresses.ts";
import { findProxyAgent } from "./outbound-proxy.ts";

export type GuardedFetchOptions = {
  /** For development and tests: permits loopback and private addresses. */
  allowPrivateHosts: boolean;
  /** The time limit from the DNS query to the last byte of the body. */
  timeoutMs: number;
  /** How long the sender may pause before the end of the body. Default: `timeoutMs`. */
  silentForMs?: number;
  /** A longer body ends with a `ResponseTooLargeError`. */
  maxBytes?: number;
  signal?: AbortSignal;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /**
   * How many redirects are followed, each under the same rules. After that, the redirect itself is the answer. Default:
   * 0.
   */
  redirects?: number;
  /** Whether an address may be called. Redirects are checked, too. */
  isAllowed?: (url: URL) => boolean;
  resolve?: ResolveHost;
};

export type GuardedResponse = {
  status: number;
  headers: Headers;
  /** Read it to its end or abandon it (`for await … break`, `drop`): until then the connection stays open. */
  body: AsyncIterable<Uint8Array>;
  drop(): void;
};

export type Address = { address: string; family: number };
export type ResolveHost = (hostname: string) => Promise<Address[]>;

/** The address must not be called: it is not http, not permitted, not known to be public, or on a private network. */
export class HostRefusedError extends Error {
  override name = "HostRefusedError";
}

/** The call was permitted but failed: no such host, no answer, a broken connection, or a timeout. */
export class FetchFailedError extends Error {
  override name = "FetchFailedError";
}

export class ResponseTooLargeError extends FetchFailedError {
  override name = "ResponseTooLargeError";
}

/**
 * Calls an address that a stranger chose: never on a private network, with every redirect checked, and with a limit on
 * time and size. Throws `HostRefusedError` or `FetchFailedError`.
 */
export async function guardedFetch(
  start: URL,
  options: GuardedFetchOptions,
): Promise<GuardedResponse> {
  const { redirects = 0 } = options;
  let url = start;
  for (let followed = 0; ; followed++) {
    const answer = await fetchOnce(url, options);
    const location = answer.headers.get("location");
    if (followed === redirects || !REDIRECTS.has(answer.status) || !location) return answer;
    answer.drop();
    if (!URL.canParse(location, url)) throw new FetchFailedError("The redirect leads nowhere.");
    url = new URL(location, url);
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

async function fetchOnce(url: URL, options: GuardedFetchOptions): Promise<GuardedResponse> {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new HostRefusedError(`${url.protocol} is not http or https.`);
  }
  if (options.isAllowed && !options.isAllowed(url)) {
    throw new HostRefusedError(`${url.host} is not one that may be called.`);
  }
  const timer = new AbortController();
  const timeout = setTimeout(
    () => timer.abort(new FetchFailedError(`No complete answer within ${options.timeoutMs} ms.`)),
    options.timeoutMs,
  );
  const signal = options.signal ? AbortSignal.any([timer.signal, options.signal]) : timer.signal;
  const stop = () => clearTimeout(timeout);

  try {
    const agent = findProxyAgent(url);
    if (agent) refuseLocalName(url, options);
    // A proxy resolves names itself. This server may not be able to.
    const addresses = agent ? [] : await untilAborted(findAddresses(url, options), signal);
    const giveUp = () => {
      timer.abort(new FetchFailedError(`Nothing came for ${options.silentForMs} ms.`));
    };
    const answer = await send(url, { addresses, agent }, options, { signal, giveUp });
    const declared = Number(answer.headers["content-length"]);
    if (options.maxBytes !== undefined && declared > options.maxBytes) {
      answer.destroy();
      throw new ResponseTooLargeError(`The answer has ${declared} bytes.`);
    }
    answer.once("close", stop);
    return {
      status: answer.statusCode ?? 0,
      headers: toHeaders(answer),
      body: readBody(answer, options.maxBytes, signal),
      drop: () => answer.destroy(),
    };
  } catch (error) {
    stop();
    throw toFailure(error, signal);
  }
}

async function findAddresses(url: URL, options: GuardedFetchOptions): Promise<Address[]> {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(hostname);
  const resolve = options.resolve ?? ((name) => lookup(name, { all: true }));
  const addresses = family ? [{ address: hostname, family }] : await resolve(hostname);
  if (addresses.length === 0) throw new FetchFailedError(`${hostname} has no address.`);
  // A name with both a public and a private address could pass this check and lead to the private one at the next
  // query.
  if (!options.allowPrivateHosts && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw new HostRefusedError(`${hostname} is not on the public internet.`);
  }
  return addresses;
}

/** Refuses what the host's name alone shows, without a DNS query. */
function refuseLocalName({ hostname }: URL, { allowPrivateHosts }: GuardedFetchOptions): void {
  if (allowPrivateHosts) return;
  if (!isPublicHost(hostname))
    throw new HostRefusedError(`${hostname} is not on the public internet.`);
}

function send(
  url: URL,
  { addresses, agent }: { addresses: Address[]; agent: http.Agent | undefined },
  options: GuardedFetchOptions,
  { signal, giveUp }: { signal: AbortSignal; giveUp: () => void },
): Promise<IncomingMessage> {
  const { method = "GET", headers, body } = options;
  // The connection uses the checked addresses, because a second DNS query could return others. Node still sends the
  // name as Host and checks it in TLS, and asks for all addresses if it wants to try them one after the other.
  const checked: LookupFunction = (_hostname, { all }, done) => {
    if (all) done(null, addresses);
    else done(null, addresses[0]?.address ?? "", addresses[0]?.family);
  };
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === "https:" ? https : http;
    // Without an agent of its own, the call could reuse a connection that was opened under other rules.
    const call: ClientRequest = request(url, {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      },
      ...(agent ? { agent } : { lookup: checked, agent: false }),
      signal,
    });
    if (options.silentForMs !== undefined) call.setTimeout(options.silentForMs, giveUp);
    call.once("response", resolve);
    call.on("error", reject);
    call.end(body);
  });
}

async function* readBody(
  answer: IncomingMessage,
  maxBytes: number | undefined,
  signal: AbortSignal,
) {
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (maxBytes !== undefined && bytes > maxBytes) {
        throw new ResponseTooLargeError(`The answer has more than ${maxBytes} bytes.`);
      }
      yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    }
  } catch (error) {
    throw toFailure(error, signal);
  } finally {
    answer.destroy();
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function toFailure(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof HostRefusedError || error instanceof FetchFailedError) return error;
  if (signal.aborted) {
    return signal.reason instanceof FetchFailedError ? signal.reason : (signal.reason as unknown);
  }
  return new FetchFailedError(error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

function toHeaders(answer: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
