import "server-only";
import type { Server, ServerResponse } from "node:http";
import { oncePerProcess } from "./once-per-process.ts";

/** The servers that accept requests from outside, and the answers that are not complete. */
const open = oncePerProcess("open-requests", () => ({
  servers: new Set<Server>(),
  answers: new Set<ServerResponse>(),
}))();

export function noteServer(server: Server): void {
  open.servers.add(server);
}

export function noteAnswer(response: ServerResponse): void {
  open.answers.add(response);
  response.once("close", () => open.answers.delete(response));
}

export function countOpenAnswers(): number {
  return open.answers.size;
}

/** Asks each client that waits for an answer not to use its connection again. */
export function announceEnd(): void {
  for (const response of open.answers)
    if (!response.headersSent) response.setHeader("connection", "close");
}

/** Accepts no more connections, and ends those that are idle. */
export function stopAccepting(): void {
  for (const server of open.servers) server.close();
}

export function endConnections(): void {
  for (const server of open.servers) server.closeAllConnections();
}
