const AT_THE_LATEST_MS = 500;

/** Resolves when the main thread has nothing better to do: what comes then holds up neither a click nor a letter. */
export function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no such callback: there it is a task of its own, after those that wait.
    if (!("requestIdleCallback" in globalThis)) return void setTimeout(resolve);
    requestIdleCallback(() => resolve(), { timeout: AT_THE_LATEST_MS });
  });
}
