import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getLog } from "../log";
import { getMeters } from "../metrics/meters";
import { generationOf, routeOf } from "./routes";

/** Programs ask for these all the time, and nobody reads about it. */
const QUIET = new Set(["/_next/[...path]", "/api/health", "/api/ready", "/api/metrics"]);
const STREAMS = new Set(["/api/generations/events"]);

/** Writes one line about the request and counts it when its answer has been sent or has broken off. */
export function logAnswer(
  { method = "", url = "", socket }: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): void {
  const startedAt = performance.now();
  const bytesBefore = socket.bytesWritten;
  const route = routeOf(url);
  const generation = generationOf(url);
  response.once("close", () => {
    const ms = Math.round(performance.now() - startedAt);
    const status = response.statusCode;
    if (!STREAMS.has(route))
      getMeters().requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, ms / 1000);
    getLog()[QUIET.has(route) ? "debug" : "info"](
      {
        ...{ requestId, method: METHOD.test(method) ? method : "other", route, status, ms },
        bytes: socket.bytesWritten - bytesBefore,
        ...(generation && { generation }),
        ...(!response.writableFinished && { isBroken: true }),
      },
      "request",
    );
  });
}

const METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
