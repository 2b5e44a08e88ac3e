const AT_THE_LATEST_MS = 500;

/** Resolves when the main thread is idle, so that the work that follows delays neither a click nor a key. */
export function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no such callback, so there the work runs as a task after those that are waiting.
    if (!("requestIdleCallback" in globalThis)) return void setTimeout(resolve);
    requestIdleCallback(() => resolve(), { timeout: AT_THE_LATEST_MS });
  });
}
