/** Nothing arrived for so long that the connection was given up. */
export class Silence extends Error {
  override name = "Silence";
}

// The server itself waits up to 15 seconds for fal's answer about a run.
const SILENT_MS = 20_000;

/**
 * As `fetch`, for a text that is read to its end. Throws `Silence` if the answer does not begin within `silentMs` milliseconds,
 * or does not end within the same time after that.
 */
export function fetchSmall(
  url: string,
  init: RequestInit = {},
  silentMs?: number,
): Promise<Response> {
  return fetchBy((response) => response.text(), url, init, silentMs);
}

type Read = (response: Response, listen: () => void) => Promise<Blob | string>;

/** As `fetch`, with the body read by `read`, which calls `listen` whenever something arrives. */
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
    // A response with status 204 must not have a body.
    const isEmpty = body === "" || (typeof body === "object" && body.size === 0);
    return new Response(isEmpty ? null : body, { status, headers });
  } finally {
    clearTimeout(timer);
  }
}
