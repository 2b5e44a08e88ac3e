import { createFalClient } from "@fal-ai/client";
import { ask } from "../http/ask";

// The only browser code that knows fal's names: the rest speaks of generations, events and problems.
export const proxyUrl = "/api/fal/proxy";

// The server gives fal a minute to take a run; a repeat of the same click waits a little longer for what became of it.
export const UPSTREAM_SILENT_MS = 90_000;

/** Each of its calls is read to its end. */
export const fal = createFalClient({
  proxyUrl,
  fetch: (url, init) =>
    ask(String(url), init, init?.method === "GET" ? undefined : UPSTREAM_SILENT_MS),
});
