import "server-only";
import { isErrorNamed } from "../../named-error.ts";

/** Another party did not answer in time. The work itself may still continue. */
export class DeadlineError extends Error {
  override name = "DeadlineError";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isErrorNamed(value, "DeadlineError");
  }
}

/** Waits for `work`. After `withinMs` it throws a `DeadlineError` that says `what` took too long. */
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

/** Aborts `signal` unless `broken` is called often enough; call it when data has arrived or could be sent. */
export type SilenceGuard = { signal: AbortSignal; broken(): void; end(): void };

/** Runs `work`, and aborts its signal with a `DeadlineError` if `broken` is not called for `silentForMs`. */
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
