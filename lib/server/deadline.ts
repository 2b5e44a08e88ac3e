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
