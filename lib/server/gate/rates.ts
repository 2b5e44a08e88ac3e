import "server-only";
import {
  type RateLimiterCompatibleAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  RateLimiterSQLite,
} from "rate-limiter-flexible";
import { AppError, type ProblemCode } from "@/lib/problems";
import type { Database } from "../database/database";
import { retryWhileUnavailable } from "../database/retry";
import { OWNERS_PER_NETWORK, OWNERS_TOGETHER } from "../spend/budget";

type Rate = { points: number; seconds: number; code: ProblemCode; isInMemory?: boolean };

const MINUTE_SECONDS = 60;
const perMinute = (points: number): Rate => ({
  ...{ points, seconds: MINUTE_SECONDS },
  code: "too_fast",
});
const guesses = (points: number): Rate => ({
  ...{ points, seconds: 5 * MINUTE_SECONDS },
  code: "too_many_attempts",
});

const perDay = (points: number): Rate => ({
  ...{ points, seconds: 24 * 60 * MINUTE_SECONDS },
  code: "too_fast",
});

type Settings = { startsPerMinute: number; uploadMbPerDay: number };

const ratesOf = ({ startsPerMinute, uploadMbPerDay }: Settings): Record<RateName, Rate> => ({
  starts: perMinute(startsPerMinute),
  // A family or an office may share one address.
  startsByAddress: perMinute(3 * startsPerMinute),
  /** Calls that each cost one upstream call: uploads, results, streams, cancels. A database write for each would cost more. */
  calls: { ...perMinute(8 * startsPerMinute), isInMemory: true },
  callsByAddress: { ...perMinute(24 * startsPerMinute), isInMemory: true },
  signOuts: { ...perMinute(60), isInMemory: true },
  /** Megabytes that this server stores for a browser, for all browsers behind one address, and for all together. */
  uploads: { ...perDay(uploadMbPerDay), code: "too_many_uploads" },
  uploadsByAddress: {
    ...perDay(OWNERS_PER_NETWORK * uploadMbPerDay),
    code: "too_many_uploads",
  },
  uploadsOfAll: { ...perDay(OWNERS_TOGETHER * uploadMbPerDay), code: "too_many_uploads" },
  /** Guesses of all unknown browsers together. This limit also stops a client with many addresses. */
  guesses: guesses(100),
  guessesByAddress: guesses(10),
  /** Guesses of a browser that has signed in before, so that strangers can't use up its tries. */
  guessesByBrowser: guesses(10),
  guessesByLink: guesses(10),
  /** For each visitor and link: playing a video again is not another view, and another report is ignored. */
  views: { points: 1, seconds: 30 * MINUTE_SECONDS, code: "too_fast" },
  reports: perDay(1),
});

export type RateName =
  | ("starts" | "startsByAddress" | "calls" | "callsByAddress")
  | ("uploads" | "uploadsByAddress" | "uploadsOfAll")
  | ("guesses" | "guessesByAddress" | "guessesByBrowser" | "guessesByLink")
  | ("views" | "reports" | "signOuts");
type Limiter = Pick<RateLimiterCompatibleAbstract, "consume" | "reward">;

/** How often something may happen for one key. Rates that protect money or passwords count for all servers together. */
export type Rates = Record<RateName, Rate & { limiter: Limiter }>;

export function openRates(db: Database, settings: Settings): Rates {
  const entries = Object.entries<Rate>(ratesOf(settings)).map(([name, rate]) => {
    const { points, seconds: duration, isInMemory } = rate;
    const options = { keyPrefix: name, points, duration };
    const limiter = isInMemory ? new RateLimiterMemory(options) : openLimiter(db, options);
    return [name, { ...rate, limiter }];
  });
  return Object.fromEntries(entries) as Rates;
}

const PATIENCE_MS = 2_000;

/** Counts one point or more. Throws the rate's code (`too_fast`, `too_many_attempts`) if that exceeds the limit. */
export async function consumePoint(
  { rates }: With,
  name: RateName,
  key: string,
  points = 1,
): Promise<void> {
  const { limiter, code } = rates[name];
  try {
    await retryWhileUnavailable(() => limiter.consume(key, points), PATIENCE_MS);
  } catch (error) {
    throw error instanceof RateLimiterRes ? new AppError(code) : error;
  }
}

/** Gives a counted point back. */
export async function returnPoint({ rates }: With, name: RateName, key: string): Promise<void> {
  await retryWhileUnavailable(() => rates[name].limiter.reward(key), PATIENCE_MS);
}

type With = { rates: Rates };
type LimiterOptions = { keyPrefix: string; points: number; duration: number };

function openLimiter({ driver }: Database, options: LimiterOptions): Limiter {
  const table = { tableName: "rates", tableCreated: true };
  return driver.kind === "sqlite"
    ? new RateLimiterSQLite({
        ...{ ...options, ...table },
        storeClient: driver.connection,
        storeType: "better-sqlite3",
      })
    : new RateLimiterPostgres({
        ...{ ...options, ...table },
        storeClient: driver.pool,
        storeType: "pool",
      });
}
