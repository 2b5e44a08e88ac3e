import { type Generation, isSettled, isWaiting } from "@/lib/generation";
import type { Watched } from "./library";

const LOOKED_FOR_MS = 60 * 60_000;

/** Returns the generations that may still change without this tab. A lost answer may be found, so it counts for a while. */
export function findOpenEnded(watched: readonly Watched[], now: number): Generation[] {
  return watched
    .filter(({ isLocal }) => !isLocal)
    .map(({ generation }) => generation)
    .filter(
      (one) =>
        !isSettled(one) ||
        (one.status === "unconfirmed" && now - Date.parse(one.createdAt) < LOOKED_FOR_MS),
    );
}

/** Whether the upstream has accepted the run and it has not ended. */
export function isRunning(
  generation: Generation | undefined,
): generation is Extract<Generation, { requestId: string }> {
  return generation !== undefined && isWaiting(generation) && "requestId" in generation;
}
