import "server-only";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getEnv } from "../env";

const HEADER = "x-request-id";
const FROM_PROXY = /^[\w.-]{8,64}$/;

/** Returns an id for the request and puts it on the answer. Only a trusted proxy may choose it, because it is logged. */
export function nameRequest({ headers }: IncomingMessage, response: ServerResponse): string {
  const given = getEnv().TRUST_PROXY ? String(headers[HEADER] ?? "") : "";
  const requestId = FROM_PROXY.test(given) ? given : randomUUID();
  response.setHeader(HEADER, requestId);
  return requestId;
}
