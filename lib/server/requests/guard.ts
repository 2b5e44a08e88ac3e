import "server-only";
import { subscribe } from "node:diagnostics_channel";
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { getEnv } from "../env";
import { noteAnswer, noteServer } from "../process/open-requests";
import { inRequest } from "../process/request-context";
import { settledServers } from "../process/settled-servers";
import { vitalSigns } from "../process/vital-signs";
import { logAnswer } from "./access-log";
import { bodyRuleOf, hasBody, reserveBody } from "./bodies";
import { nameCaller } from "./caller";
import { checkAddress, dropForeignCookies } from "./head";
import { checkHost } from "./hosts";
import { startInTurn } from "./one-at-a-time";
import { type Refusal, refuse } from "./refusal";
import { nameRequest } from "./request-id";
import { watchBody } from "./slow-bodies";
import { answerWhileStarting } from "./while-starting";

const HEADERS_WITHIN_MS = 15_000;
// `watchBody` watches the bodies, because it can distinguish a slow connection from a silent one.
const BODY_WITHIN_MS = 2 * 60 * 60_000;

/**
 * Checks every request before Next parses its cookies, query and body. It finds a server by the server's first connection,
 * because Next creates its own and does not pass it on.
 */
export function guardRequests(): void {
  subscribe("net.server.socket", (message) => {
    const { server } = (message as { socket: Socket & { server?: unknown } }).socket;
    if (server instanceof Server && !settledServers.has(server)) guard(server);
  });
}

export function guard(server: Server): void {
  settledServers.add(server);
  noteServer(server);
  server.headersTimeout = HEADERS_WITHIN_MS;
  server.requestTimeout = BODY_WITHIN_MS;
  // Next leaves the connection open, without a time limit, after an upgrade that it does not know. Only its development
  // server needs one; elsewhere the request is answered as if it had not asked for an upgrade.
  const upgradable = server as Server & { shouldUpgradeCallback?: () => boolean };
  upgradable.shouldUpgradeCallback = () => getEnv().NODE_ENV === "development";
  const emit = server.emit.bind(server) as (event: string, ...rest: unknown[]) => boolean;
  server.emit = (event: string, ...rest: unknown[]) => {
    if (event === "request" || event === "checkContinue" || event === "checkExpectation") {
      const [request, response] = rest as [IncomingMessage, ServerResponse];
      startInTurn(request, response, () => {
        const requestId = nameRequest(request, response);
        logAnswer(request, response, requestId);
        noteAnswer(response);
        if (vitalSigns().phase === "closing") response.setHeader("connection", "close");
        inRequest(requestId, () => {
          if (answerWhileStarting(request, response)) return;
          if (admit(request, response)) emit(event, ...rest);
        });
      });
      return true;
    }
    if (event === "upgrade") {
      const [request, socket] = rest as [IncomingMessage, Socket];
      dropForeignCookies(request);
      if (checkHead(request)) {
        socket.destroy();
        return true;
      }
    }
    return emit(event, ...rest);
  };
}

/** Returns whether the request may continue. If not, it has been answered. */
function admit(request: IncomingMessage, response: ServerResponse): boolean {
  const refusal = checkTask(request) ?? checkHead(request) ?? reserveForBody(request, response);
  if (!refusal) {
    dropForeignCookies(request);
    nameCaller(request);
    return true;
  }
  refuse(request, response, refusal).catch(() => request.socket.destroy());
  return false;
}

/** A process that only follows runs answers only what operators ask. */
function checkTask({ url = "" }: IncomingMessage): Refusal | undefined {
  const isRefused = getEnv().WORKER === "only" && !/^\/api\/(health|ready|metrics)(\?|$)/.test(url);
  return isRefused ? { code: "not_found" } : undefined;
}

function checkHead(request: IncomingMessage): Refusal | undefined {
  return checkAddress(request) ?? checkHost(request.headers, request.url);
}

function reserveForBody(request: IncomingMessage, response: ServerResponse): Refusal | undefined {
  if (!hasBody(request)) return undefined;
  const rule = bodyRuleOf(request);
  watchBody(request, response, rule);
  const reserved = reserveBody(request, rule);
  if ("refusal" in reserved) return reserved.refusal;
  response.once("close", reserved.release);
  return undefined;
}
