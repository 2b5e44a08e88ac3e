export type LogLine = { at: string; message: string };

/** Returns how far a run is, from 0 to 1, if its log counts frames; `undefined` if nobody knows. */
export function readProgress(log: readonly LogLine[]): number | undefined {
  for (const { message } of log.toReversed()) {
    const [, done, wanted] = /(\d+) of (\d+) frames/.exec(message) ?? [];
    if (done && Number(wanted) > 0) return Math.min(1, Number(done) / Number(wanted));
  }
}
