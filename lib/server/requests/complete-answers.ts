import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { ServerResponse } from "node:http";
import { CONTENT_LENGTH } from "../http/own-headers";
import { protectAnswer } from "./answer-headers";

/**
 * Adds the protecting headers to every answer, and sends `content-length` if a route handler set it as `CONTENT_LENGTH`. Next
 * drops the real header (next/dist/server/send-response.js), but players, downloads and link robots need it.
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
