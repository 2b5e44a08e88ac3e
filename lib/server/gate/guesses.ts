import "server-only";
import { callerOf } from "../http/public-origin";
import { findKnownBrowser } from "../sessions/sign-in";
import { consumePoint, type RateName, type Rates, returnPoint } from "./rates";

const EVERYBODY = "everybody";

/**
 * Counts a guess at the access password before it is compared, so that no number of guesses at the same time gets past
 * the limit. Returns a function that gives it back, for a right password. Throws `too_many_attempts`.
 */
export async function countGuess(
  services: { rates: Rates },
  request: Request,
): Promise<() => Promise<void>> {
  const counted = await countersOf(request);
  for (const [name, key] of counted) await consumePoint(services, name, key);
  return async () => {
    for (const [name, key] of counted) await returnPoint(services, name, key);
  };
}

async function countersOf(request: Request): Promise<[RateName, string][]> {
  const browser = await findKnownBrowser(request);
  if (browser) return [["guessesByBrowser", browser]];
  const caller = callerOf(request);
  return [
    ...(caller ? [["guessesByAddress", caller] as [RateName, string]] : []),
    ["guesses", EVERYBODY],
  ];
}
