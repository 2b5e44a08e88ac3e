import "server-only";
import { unsealValue } from "../../secrets/seal";
import { ownKeyUpstream, type Upstream } from "../../upstream/target";
import type { GenerationRecord } from "./record";

/** The owner's own key was sealed with a secret that this server does not have. */
export class OwnKeyLostError extends Error {
  override name = "OwnKeyLostError";
}

/** Returns the upstream of a generation, with the key that pays for it. Throws an `OwnKeyLostError`. */
export async function upstreamOf(
  { upstream }: { upstream: Upstream },
  { id, ownKey }: GenerationRecord,
): Promise<Upstream> {
  if (ownKey === undefined) return upstream;
  // The server forgets the key once the run has ended, because its files need none.
  const key = ownKey === "" ? "" : await unsealValue(ownKey);
  if (key === undefined)
    throw new OwnKeyLostError(`the own key of ${id} was sealed with another secret`);
  return ownKeyUpstream(key);
}
