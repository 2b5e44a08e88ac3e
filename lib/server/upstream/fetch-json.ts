import "server-only";
import { guardedFetch } from "@/lib/net/guarded-fetch";

const MAX_BYTES = 256 * 1024;
const WITHIN_MS = 5_000;

/**
 * A small JSON document at an address of the operator's choice (fal's, or a stand-in's on a private network): no other
 * host, no redirect, no endless answer. Throws when there is none.
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
