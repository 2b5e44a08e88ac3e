import "server-only";
import { runUrl } from "./run-url";

// What this server itself answers a fal client, in fal's own shapes.

/** Converts a problem of ours to the form that a fal client reads. */
export function toFalError(
  { code, message, requestId }: { code: string; message: string; requestId: string },
  status: number,
): Response {
  const headers = { "x-fal-error-type": code, "cache-control": "no-store" };
  return Response.json(
    { detail: message, error_type: code, request_id: requestId },
    { status, headers },
  );
}

/** fal's answer about a request that it does not know. */
export function unknownRequest(): Response {
  return Response.json({ status: "NOT_FOUND" }, { status: 404 });
}

/** The fields of fal's first answer to a submit that a client reads. */
export function acceptedAgain(
  run: { model: string; requestId: string },
  generationId: string,
): Response {
  const url = runUrl(run).href;
  return Response.json({
    status: "IN_QUEUE",
    request_id: run.requestId,
    response_url: url,
    status_url: `${url}/status`,
    cancel_url: `${url}/cancel`,
    queue_position: 0,
    logs: null,
    metrics: {},
    generation_id: generationId,
  });
}

/** The upstream's answer if it was not a stream. */
export function refusedStream({ status, text }: { status: number; text: string }): Response {
  return new Response(text, {
    status: status >= 400 ? status : 502,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}
