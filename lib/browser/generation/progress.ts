export type LogLine = { at: string; message: string };

/** How far a run is, from 0 to 1, when its own log counts frames; `undefined` means that nobody knows. */
export function readProgress(log: readonly LogLine[]): number | undefined {
  for (const { message } of log.toReversed()) {
    const [, done, wanted] = /(\d+) of (\d+) frames/.exec(message) ?? [];
    if (done && Number(wanted) > 0) return Math.min(1, Number(done) / Number(wanted));
  }
}
