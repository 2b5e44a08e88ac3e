import "server-only";

/** Another party did not answer in time. What was asked of it may still be under way. */
export class DeadlineError extends Error {
  override name = "DeadlineError";
}

/** Waits for `work` no longer than that; then throws a `DeadlineError` that names it. */
export async function withDeadline<T>(
  work: Promise<T>,
  withinMs: number,
  what: string,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new DeadlineError(`${what} took longer than ${withinMs} ms`)),
    withinMs,
  );
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** `broken` says that something has come, or could be sent. */
export type SilenceGuard = { signal: AbortSignal; broken(): void; end(): void };

/** Does work that listens to `signal`, which gives up once nothing has come for so long. */
export async function unlessSilent<T>(
  silentForMs: number,
  what: string,
  work: (silence: SilenceGuard) => Promise<T>,
): Promise<T> {
  const silence = openSilenceGuard(silentForMs, what);
  try {
    return await work(silence);
  } finally {
    silence.end();
  }
}

export function openSilenceGuard(silentForMs: number, what: string): SilenceGuard {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DeadlineError(`${what} was silent for ${silentForMs} ms`));
  }, silentForMs);
  return {
    signal: controller.signal,
    broken: () => void timer.refresh(),
    end: () => clearTimeout(timer),
  };
}
