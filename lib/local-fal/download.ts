import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FetchFailedError, guardedFetch } from "../net/guarded-fetch.ts";

type DownloadRules = { allowPrivateHosts: boolean; maxBytes: number; signal?: AbortSignal };

const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 30_000;
const headers = { accept: "image/*,*/*;q=0.5", "accept-encoding": "identity" };

/** Streams the answer of an untrusted address to a file. Throws what `guardedFetch` throws. */
export async function downloadFile(url: URL, path: string, rules: DownloadRules): Promise<void> {
  const answer = await guardedFetch(url, {
    ...rules,
    headers,
    redirects: MAX_REDIRECTS,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.status < 200 || answer.status > 299) {
    answer.drop();
    throw new FetchFailedError(`${url.host} answered ${answer.status}.`);
  }
  await pipeline(Readable.from(answer.body), createWriteStream(path));
}
