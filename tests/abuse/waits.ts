import { setTimeout as delay } from "node:timers/promises";

const LOOKED_EVERY_MS = 50;

/** Whether it came to be so in time. */
export async function waitUntil(
  isSo: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; ) {
    if (await isSo()) return true;
    await delay(LOOKED_EVERY_MS);
  }
  return isSo();
}
