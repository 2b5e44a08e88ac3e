import { fetchBy } from "./fetch-within";

/** As `fetch`, for a file that may take long. Throws `Silence` only if nothing more arrives for `silentMs` milliseconds. */
export function fetchLarge(
  url: string,
  init: RequestInit = {},
  silentMs?: number,
): Promise<Response> {
  return fetchBy(readParts, url, init, silentMs);
}

async function readParts({ body, headers }: Response, listen: () => void): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part?.value) return new Blob(parts, { type: headers.get("content-type") ?? "" });
    listen();
    parts.push(part.value);
  }
}
