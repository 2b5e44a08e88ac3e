import "server-only";
import { unsealValue } from "../../session";
import { ownKeyUpstream, type Upstream } from "../../upstream/target";
import type { GenerationRecord } from "./records";

/** Its owner's own key was sealed with another secret than this server's. */
export class OwnKeyLostError extends Error {
  override name = "OwnKeyLostError";
}

/** Where a generation runs, with the key that pays for it. Throws an `OwnKeyLostError`. */
export async function upstreamOf(
  { upstream }: { upstream: Upstream },
  { id, ownKey }: GenerationRecord,
): Promise<Upstream> {
  if (ownKey === undefined) return upstream;
  // Once it has ended its key is forgotten: its files need none.
  const key = ownKey === "" ? "" : await unsealValue(ownKey);
  if (key === undefined)
    throw new OwnKeyLostError(`the own key of ${id} was sealed with another secret`);
  return ownKeyUpstream(key);
}
