import type { Page } from "@playwright/test";

/**
 * Counts what a hand does on the pages that open from now on: each press of a button of the mouse, each touch, and each key
 * that is not written into a field. Returns how to read the sum, which a reload does not reset.
 */
export async function countPresses(page: Page): Promise<() => Promise<number>> {
  let presses = 0;
  await page.exposeFunction("notePress", () => {
    presses++;
  });
  await page.addInitScript(() => {
    const note = () => (window as unknown as { notePress: () => void }).notePress();
    const isField = (target: EventTarget | null) =>
      target instanceof HTMLElement && target.matches("textarea, input:not([type=checkbox])");
    addEventListener("pointerdown", note, true);
    addEventListener("keydown", ({ target }) => void (isField(target) || note()), true);
  });
  return async () => {
    // The page's calls arrive in order, so none is on its way when this one has returned.
    await page.evaluate(() => undefined);
    return presses;
  };
}
