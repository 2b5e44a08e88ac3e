import "server-only";
import { CONTENT_LENGTH } from "./own-headers";

/** Sends the length of the body along in a header of ours, because Next drops `content-length` from a route handler. */
export function withContentLength(response: Response): Response {
  const length = response.headers.get("content-length");
  if (length === null) return response;
  const headers = new Headers(response.headers);
  headers.set(CONTENT_LENGTH, length);
  return new Response(response.body, { status: response.status, headers });
}
