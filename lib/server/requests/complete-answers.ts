import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { CONTENT_LENGTH } from "../http/own-headers";
import { protectAnswer } from "./answer-headers";

/**
 * Gives every answer the headers that protect it, and sends `content-length` where a route handler gave it as
 * `CONTENT_LENGTH`. Under its own name Next drops it (next/dist/server/send-response.js), but players, downloads and link
 * robots want to know it.
 */
export function completeAnswers(): void {
  subscribe("http.server.response.created", (message) => {
    const { response } = message as { response: ServerResponse };
    const writeHead = response.writeHead as (...head: unknown[]) => ServerResponse;
    response.writeHead = (...head: unknown[]) => {
      protectAnswer(response);
      const length = response.getHeader(CONTENT_LENGTH);
      if (length !== undefined) {
        response.removeHeader(CONTENT_LENGTH);
        response.setHeader("content-length", length);
      }
      return writeHead.apply(response, head);
    };
  });
}
