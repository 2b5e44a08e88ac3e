import { canNotify } from "./notifications";

/** How a visitor wants to be told that a run has ended, besides the tab's title. */
export type ReadyChoice = { notify: boolean; sound: boolean };

const KEY = "firstframe.when-ready";

export function readChoice(): ReadyChoice {
  try {
    const { notify, sound } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { notify: notify === true && canNotify() === "granted", sound: sound === true };
  } catch {
    // The storage is blocked or has other content, so the choice is off, as at first.
    return { notify: false, sound: false };
  }
}

export function persistChoice(choice: ReadyChoice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // The choice then applies only until this page closes.
  }
}
