import { canNotify } from "./notifications";

/** What a visitor wants to be told by, besides the tab's title. */
export type ReadyChoice = { notify: boolean; sound: boolean };

const KEY = "firstframe.when-ready";

export function readChoice(): ReadyChoice {
  try {
    const { notify, sound } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { notify: notify === true && canNotify() === "granted", sound: sound === true };
  } catch {
    // Storage is refused, or holds something else: off, as at first.
    return { notify: false, sound: false };
  }
}

export function persistChoice(choice: ReadyChoice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // It holds for this page, then.
  }
}
