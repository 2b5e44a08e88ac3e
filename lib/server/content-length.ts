import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";

/** A route handler says under this name how long its body is. */
export const CONTENT_LENGTH = "x-content-length";

/**
 * Sends `content-length` where a route handler gave it under the name above. Under its own name Next drops it
 * (next/dist/server/send-response.js), but players, downloads and link robots want to know it.
 */
export function keepContentLength(): void {
  subscribe("http.server.response.created", (message) => {
    const { response } = message as { response: ServerResponse };
    const writeHead = response.writeHead as (...head: unknown[]) => ServerResponse;
    response.writeHead = (...head: unknown[]) => {
      const length = response.getHeader(CONTENT_LENGTH);
      if (length !== undefined) {
        response.removeHeader(CONTENT_LENGTH);
        response.setHeader("content-length", length);
      }
      return writeHead.apply(response, head);
    };
  });
}
