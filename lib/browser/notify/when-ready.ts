import { type Generation, isWaiting } from "../../generation.ts";
import type { PageMessages } from "../../messages/index.ts";
import { nameState } from "../generation/describe.ts";

/** Those that waited before and have come to an end that nobody asked for. */
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

/** What the tab says: what has ended unseen, else how far the furthest run is. `undefined` when nothing runs. */
export function nameTab(
  unseen: Generation | undefined,
  generations: readonly Generation[],
  messages: PageMessages,
): string | undefined {
  const waiting = generations.filter(isWaiting);
  const told = unseen ?? waiting.find(({ status }) => status === "running") ?? waiting.at(-1);
  return told && `${nameState(told, messages)} · Firstframe`;
}
