import "server-only";
import type { Services } from "../services";
import { unsealValue } from "../session";
import { ownKeyUpstream, type Upstream } from "../upstream/target";
import type { GenerationRecord } from "./records";

/** Where a generation runs, with the key that pays for it. Throws when its owner's own key can't be read any more. */
export async function upstreamOf(
  { upstream }: Services,
  { id, ownKey }: GenerationRecord,
): Promise<Upstream> {
  if (ownKey === undefined) return upstream;
  // Once it has ended its key is forgotten: its files need none.
  const key = ownKey === "" ? "" : await unsealValue(ownKey);
  if (key === undefined) throw new Error(`the own key of ${id} was sealed with another secret`);
  return ownKeyUpstream(key);
}
