/** Nothing came for so long that the connection is given up. */
export class Silence extends Error {
  override name = "Silence";
}

// The server itself waits 15 seconds for fal's word on a run.
const SILENT_MS = 20_000;

/**
 * As `fetch`, with the body, a text, read to its end. Throws `Silence` when the answer does not begin within `silentMs`, or does
 * not end within that time from then on.
 */
export function fetchSmall(
  url: string,
  init: RequestInit = {},
  silentMs?: number,
): Promise<Response> {
  return fetchBy((response) => response.text(), url, init, silentMs);
}

type Read = (response: Response, listen: () => void) => Promise<Blob | string>;

/** `read` calls `listen` when something comes. */
export async function fetchBy(
  read: Read,
  url: string,
  init: RequestInit,
  silentMs = SILENT_MS,
): Promise<Response> {
  const line = new AbortController();
  const signal = init.signal ? AbortSignal.any([init.signal, line.signal]) : line.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => line.abort(new Silence()), silentMs);
  };
  try {
    listen();
    const response = await fetch(url, { ...init, signal });
    listen();
    const body = await read(response, listen);
    const { status, headers } = response;
    // A 204 may have no body at all.
    const isEmpty = body === "" || (typeof body === "object" && body.size === 0);
    return new Response(isEmpty ? null : body, { status, headers });
  } finally {
    clearTimeout(timer);
  }
}
