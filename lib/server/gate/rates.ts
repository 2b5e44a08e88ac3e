import "server-only";
import {
  type RateLimiterCompatibleAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  RateLimiterSQLite,
} from "rate-limiter-flexible";
import { AppError, type ProblemCode } from "@/lib/problems";
import type { Database } from "../database/open";
import { withPatience } from "../database/patience";
import type { Services } from "../services";

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

const ratesOf = (startsPerMinute: number) => ({
  starts: perMinute(startsPerMinute),
  // Behind one address there may be a family, or an office.
  startsByAddress: perMinute(3 * startsPerMinute),
  /** Calls that each cost the upstream one: uploads, results, streams, cancels. Not worth a write each. */
  calls: { ...perMinute(8 * startsPerMinute), isInMemory: true },
  /** Wrong passwords: whoever has many addresses meets that of all together. */
  guesses: guesses(100),
  guessesByAddress: guesses(10),
  guessesByLink: guesses(10),
});

type RateName = keyof ReturnType<typeof ratesOf>;
type Limiter = Pick<RateLimiterCompatibleAbstract, "consume" | "get">;

/** How often something may happen for one key; what money or a password hangs on is counted for all servers together. */
export type Rates = Record<RateName, Rate & { limiter: Limiter }>;

export function openRates(db: Database, { startsPerMinute }: { startsPerMinute: number }): Rates {
  const entries = Object.entries<Rate>(ratesOf(startsPerMinute)).map(([name, rate]) => {
    const { points, seconds: duration, isInMemory } = rate;
    const options = { keyPrefix: name, points, duration };
    const limiter = isInMemory ? new RateLimiterMemory(options) : openLimiter(db, options);
    return [name, { ...rate, limiter }];
  });
  return Object.fromEntries(entries) as Rates;
}

const PATIENCE_MS = 2_000;

/** Counts one. Throws `too_fast` or `too_many_attempts` when it is one too many. */
export async function takeOne({ rates }: With, name: RateName, key: string): Promise<void> {
  const { limiter, code } = rates[name];
  try {
    await withPatience(() => limiter.consume(key), PATIENCE_MS);
  } catch (error) {
    throw error instanceof RateLimiterRes ? new AppError(code) : error;
  }
}

/** Throws the same when there are none left, without counting. */
export async function requireOne({ rates }: With, name: RateName, key: string): Promise<void> {
  const { limiter, code, points } = rates[name];
  const found = await withPatience(() => limiter.get(key), PATIENCE_MS);
  if (found && found.consumedPoints >= points) throw new AppError(code);
}

type With = Pick<Services, "rates">;
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
