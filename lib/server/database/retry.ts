import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../../problems.ts";

const RETRY_AFTER_MS = [20, 50, 100, 200, 500];

/**
 * Runs `work` and retries it while the database is locked or unreachable. After `patienceMs` it throws
 * `storage_unavailable`. `onFailure` hears of each attempt that failed. `work` must be safe to repeat, because an attempt may have succeeded although its answer was lost.
 */
export async function retryWhileUnavailable<T>(
  work: () => Promise<T>,
  patienceMs: number,
  onFailure: (error: unknown) => void = () => {},
): Promise<T> {
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (performance.now() - startedAt >= patienceMs)
        throw new AppError("storage_unavailable", { cause: error });
      onFailure(error);
      await delay(RETRY_AFTER_MS[attempt] ?? RETRY_AFTER_MS.at(-1));
    }
  }
}

const PASSING_CODES =
  /^(SQLITE_(BUSY|LOCKED|FULL|IOERR)|E(CONN|TIMEDOUT|AI_AGAIN|HOSTUNREACH|NOTFOUND|PIPE)|08|53|57P0|57014|25P03|40001|40P01)/;
const PASSING_MESSAGES =
  /connection (terminated|ended|error)|timeout exceeded when trying to connect|query read timeout/i;

/** Whether the driver gave up a query because its answer took too long. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.message === "Query read timeout";
}

/** Whether the error may pass by itself, because the database is locked or cannot be reached. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // If a host has several addresses, their errors come as one.
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  const { code } = error as { code?: unknown };
  return PASSING_CODES.test(String(code)) || PASSING_MESSAGES.test(error.message);
}
