import "server-only";
import { oncePerProcess } from "../process/once-per-process.ts";

export type Attributes = Record<string, string | number | boolean | undefined>;

/** What writes spans, if somebody collects them. */
export type Tracing = {
  run<T>(
    generation: string,
    name: string,
    attributes: Attributes,
    work: () => Promise<T>,
  ): Promise<T>;
  /** Writes the span of a whole run, which is the parent of all others of that run. */
  record(generation: string, name: string, attributes: Attributes, times: Times): void;
  /** Sends what has not been sent. */
  flush(): Promise<void>;
};

type Times = { startedAt: number; endedAt: number };

const current = oncePerProcess("tracing", (): { tracing?: Tracing } => ({}))();

export function setTracing(tracing: Tracing | undefined): void {
  current.tracing = tracing;
}

/** Does `work`, and writes how long it took for a generation. Every server writes to the same trace of that generation. */
export function inSpan<T>(
  generation: string,
  name: string,
  work: () => Promise<T>,
  attributes: Attributes = {},
): Promise<T> {
  const { tracing } = current;
  return tracing ? tracing.run(generation, name, attributes, work) : work();
}

/** Writes how long a run took from the click to its end. Times are milliseconds since 1970. */
export function recordRun(generation: string, attributes: Attributes, times: Times): void {
  current.tracing?.record(generation, "run", attributes, times);
}

/** Sends the spans that have not been sent, before the process ends. */
export async function flushTraces(): Promise<void> {
  await current.tracing?.flush();
}
