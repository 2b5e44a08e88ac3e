import "server-only";
import { guardedFetch } from "@/lib/net/guarded-fetch";

const MAX_BYTES = 256 * 1024;
const WITHIN_MS = 5_000;

/**
 * Fetches a small JSON document from an address that the operator chose: fal's, or a stand-in's on a private network. It
 * follows no redirect and bounds the answer. Throws if it gets no document.
 */
export async function fetchJson(url: URL, headers: Record<string, string> = {}): Promise<unknown> {
  const { status, body, drop } = await guardedFetch(url, {
    // A stand-in may be on the operator's own network; fal is not.
    allowPrivateHosts: !/(^|\.)fal\.ai$/.test(url.hostname),
    headers: { accept: "application/json", ...headers },
    maxBytes: MAX_BYTES,
    timeoutMs: WITHIN_MS,
  });
  if (status !== 200) {
    drop();
    throw new Error(`${url.host} answered ${status}`);
  }
  return JSON.parse(Buffer.concat(await Array.fromAsync(body)).toString());
}
