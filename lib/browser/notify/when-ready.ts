import { type Generation, isWaiting } from "../../generation.ts";
import type { PageMessages } from "../../messages/index.ts";
import { nameState } from "../generation/describe.ts";

/** Returns the generations that waited before and have ended, without those that somebody cancelled. */
export function findEnded(
  waitingBefore: ReadonlySet<string>,
  generations: readonly Generation[],
): Generation[] {
  return generations.filter(
    (generation) =>
      waitingBefore.has(generation.click) &&
      !isWaiting(generation) &&
      generation.status !== "cancelled",
  );
}

/** Returns the tab's title: of a run that ended unseen, or else of the furthest run; `undefined` if nothing runs. */
export function nameTab(
  unseen: Generation | undefined,
  generations: readonly Generation[],
  messages: PageMessages,
): string | undefined {
  const waiting = generations.filter(isWaiting);
  const told = unseen ?? waiting.find(({ status }) => status === "running") ?? waiting.at(-1);
  return told && `${nameState(told, messages)} · Firstframe`;
}
