import "server-only";
import prometheus from "prom-client";
import { AppError } from "@/lib/problems";
import { getEnv } from "./env";
import { getLog } from "./log";
import { getMeters } from "./metrics/meters";
import { isMetricsToken } from "./metrics-token";
import { withDeadline } from "./process/deadline";
import { oncePerProcess } from "./process/once-per-process";
import { type FigureServices, readFigures, readOwnFigures } from "./read-figures";

const READ_WITHIN_MS = 3_000;

/** Measures the process itself: memory, processor, event loop. Begins with the first reader, because it costs a little. */
const measureProcess = oncePerProcess("process-figures", () =>
  prometheus.collectDefaultMetrics({ register: getMeters().registry }),
);

/**
 * Answers a program that reads figures in Prometheus' format. Throws `not_found` without METRICS_TOKEN and `call_refused` for
 * another token. If the database is away, the answer has the figures of this process alone.
 */
export async function answerMetrics(request: Request, services: FigureServices): Promise<Response> {
  const { METRICS_TOKEN } = getEnv();
  if (METRICS_TOKEN === undefined) throw new AppError("not_found");
  if (!isMetricsToken(request)) throw new AppError("call_refused");
  measureProcess();
  readOwnFigures(services);
  const { databaseUp, registry } = getMeters();
  try {
    await withDeadline(readFigures(services), READ_WITHIN_MS, "the figures of the database");
    databaseUp.set(1);
  } catch (error) {
    getLog().warn({ err: error }, "the figures of the database could not be read");
    databaseUp.set(0);
  }
  return new Response(await registry.metrics(), {
    headers: { "content-type": registry.contentType, "cache-control": "no-store" },
  });
}
