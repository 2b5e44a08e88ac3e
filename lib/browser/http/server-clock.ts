// The browser's own clock may be hours off, and may be set while one waits: only its stopwatch is used.
let serverTimeAtZero = Date.now() - performance.now();
let uncertainty = Number.POSITIVE_INFINITY;

/** Now, in milliseconds, by the clock of the server, from which every time that is shown comes. */
export function serverNow(): number {
  return serverTimeAtZero + performance.now();
}

/** `serverTime` is from some moment between `startedAt`, by `performance.now()`, and now. */
export function noteServerTime(serverTime: number, startedAt: number): void {
  if (!Number.isFinite(serverTime)) return;
  const now = performance.now();
  const found = serverTime - (startedAt + now) / 2;
  const margin = (now - startedAt) / 2;
  // What contradicts the present reading corrects it: the stopwatch of a computer that slept has stood still.
  const isContradiction = Math.abs(found - serverTimeAtZero) > margin + uncertainty;
  if (!isContradiction && margin >= uncertainty) return;
  serverTimeAtZero = found;
  uncertainty = margin;
}
