import "server-only";
import { isWaiting } from "@/lib/generation";
import { findOwned, type GenerationRecord } from "../records/records";
import { type FollowServices, followRun } from "./follow";

const HELD_MS = 20_000;
/** Another server that shares the records tells nobody here what it has written down. */
const LOOK_EVERY_MS = 1_000;
const HELD_AT_ONCE = 8;

/**
 * An owner's generation in the moment its run has ended; `undefined` when it has not within `heldMs`, or is not there,
 * or its owner waits for so many that nothing more is held.
 */
export async function waitForEnd(
  services: FollowServices & { held: Map<string, number> },
  { id, owner }: Pick<GenerationRecord, "id" | "owner">,
  signal: AbortSignal,
  heldMs = HELD_MS,
): Promise<GenerationRecord | undefined> {
  const { db, changes, held } = services;
  const others = held.get(owner) ?? 0;
  if (others >= HELD_AT_ONCE) return undefined;
  held.set(owner, others + 1);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(heldMs)]);
  let leave: (() => void) | undefined;
  try {
    while (!deadline.aborted) {
      // Before the look: what changes after it is not missed.
      const changed = changes.next(id, LOOK_EVERY_MS, deadline);
      const record = await findOwned(db, owner, id);
      if (!record || !isWaiting(record.state)) return record;
      leave ??= followRun(services, record)?.leave;
      await changed;
    }
    return undefined;
  } finally {
    leave?.();
    const left = (held.get(owner) ?? 1) - 1;
    if (left > 0) held.set(owner, left);
    else held.delete(owner);
  }
}
