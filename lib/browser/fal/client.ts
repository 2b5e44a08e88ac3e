import { createFalClient } from "@fal-ai/client";
import { ask } from "../http/ask";

// Only this folder uses fal's names. The rest of the browser code uses generations, events and problems.
export const proxyUrl = "/api/fal/proxy";

// The server gives fal a minute to accept a run. A repeat of the same click waits a little longer for the outcome.
export const UPSTREAM_SILENT_MS = 90_000;

/** The client for all calls but uploads. Each answer is read to its end. */
export const fal = createFalClient({
  proxyUrl,
  fetch: (url, init) =>
    ask(String(url), init, init?.method === "GET" ? undefined : UPSTREAM_SILENT_MS),
});
