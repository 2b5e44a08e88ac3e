// The browser's clock may be wrong by hours and may be changed at any time, so only its stopwatch is used.
let serverTimeAtZero = Date.now() - performance.now();
let uncertainty = Number.POSITIVE_INFINITY;

/** Returns the time of the server's clock, in milliseconds. Every time that a page shows comes from it. */
export function serverNow(): number {
  return serverTimeAtZero + performance.now();
}

/** Learns the server's time: `serverTime` was true at some moment between `startedAt`, by `performance.now()`, and now. */
export function noteServerTime(serverTime: number, startedAt: number): void {
  if (!Number.isFinite(serverTime)) return;
  const now = performance.now();
  const found = serverTime - (startedAt + now) / 2;
  const margin = (now - startedAt) / 2;
  // A contradicting time replaces the present one, because the stopwatch of a computer that slept has stopped meanwhile.
  const isContradiction = Math.abs(found - serverTimeAtZero) > margin + uncertainty;
  if (!isContradiction && margin >= uncertainty) return;
  serverTimeAtZero = found;
  uncertainty = margin;
}
