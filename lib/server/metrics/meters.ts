import "server-only";
import prometheus from "prom-client";
import { oncePerProcess } from "../process/once-per-process.ts";

/** What this process has counted since it started. The gauges are set when somebody asks for them. */
export type Meters = ReturnType<typeof makeMeters>;

export const getMeters = oncePerProcess("meters", makeMeters);

const { Counter, Gauge, Histogram, Registry } = prometheus;
const REQUEST_SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];
const ARCHIVE_SECONDS = [0.5, 1, 2, 5, 10, 30, 120, 600, 3600];

function makeMeters() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `firstframe_${name}`, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name: `firstframe_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: Label[]
  ) => new Histogram({ name: `firstframe_${name}`, help, buckets, labelNames, registers });

  return {
    registry,
    requests: histogram(
      "request_seconds",
      "Time until a request was answered, by route and status",
      REQUEST_SECONDS,
      ...(["route", "status"] as const),
    ),
    refusals: counter("refusals_total", "Requests answered with a problem, by its code", "reason"),
    runChanges: counter(
      "run_changes_total",
      "Changes of a run's state that this server recorded, by the new state",
      ...(["model", "state"] as const),
    ),
    runProblems: counter(
      "run_problems_total",
      "Problems of runs that this server recorded, by their code",
      "code",
    ),
    archived: histogram(
      "archive_seconds",
      "Time from the end of a run until its video was stored here",
      ARCHIVE_SECONDS,
    ),
    upstreamCalls: counter(
      "upstream_calls_total",
      "Calls to fal by kind, and what came of them: ok, refused, failed, unsent or lost",
      ...(["kind", "outcome"] as const),
    ),
    views: counter("views_total", "Views of shared videos"),
    databaseUp: gauge("database_up", "Whether the database answered when these figures were read"),
    runs: gauge(
      "runs",
      "Runs that have not ended, on all servers, by state and model",
      ...(["model", "state"] as const),
    ),
    laneRuns: gauge("lane_runs", "Runs in each lane of the watcher, on all servers", "lane"),
    laneDue: gauge("lane_due", "Runs whose check is due and has not begun", "lane"),
    laneBusy: gauge("lane_busy", "Runs that a server checks now", "lane"),
    overdueSeconds: gauge(
      "check_overdue_seconds",
      "How long the oldest check is due that has not begun",
      "lane",
    ),
    archiveLagSeconds: gauge(
      "archive_lag_seconds",
      "How long the oldest finished run waits for its video to be stored",
    ),
    spend: gauge(
      "spend_today_usd",
      "What today's runs cost this server's key (UTC), by state: booked, reserved, uncertain",
      "state",
    ),
    spendLeft: gauge("spend_left_usd", "What is left of today's budget; absent without a budget"),
    streams: gauge("streams", "Open streams of events, by kind", "kind"),
    pool: gauge("database_pool", "Connections of the Postgres pool, by state", "state"),
  };
}
