import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FetchFailedError, type GuardedResponse, guardedFetch } from "./guarded-fetch.ts";

type DownloadRules = { allowPrivateHosts: boolean; maxBytes: number; signal?: AbortSignal };

const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 30_000;
const headers = { accept: "image/*,*/*;q=0.5", "accept-encoding": "identity" };

/** Streams what a stranger's address answers to a file; throws what `guardedFetch` throws. */
export async function downloadFile(url: URL, path: string, rules: DownloadRules): Promise<void> {
  const answer = await follow(url, rules);
  if (answer.status < 200 || answer.status > 299) {
    answer.drop();
    throw new FetchFailedError(`${url.host} answered ${answer.status}.`);
  }
  await pipeline(Readable.from(answer.body), createWriteStream(path));
}

// Each step is a call of its own, so that a redirect is held to the same rules as the address it came from.
async function follow(start: URL, rules: DownloadRules): Promise<GuardedResponse> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const answer = await guardedFetch(url, { ...rules, headers, timeoutMs: TIMEOUT_MS });
    const location = answer.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(answer.status) || !location) return answer;
    answer.drop();
    if (redirects === MAX_REDIRECTS) throw new FetchFailedError("There are too many redirects.");
    if (!URL.canParse(location, url)) throw new FetchFailedError("The redirect leads nowhere.");
    url = new URL(location, url);
  }
}
