import { z } from "zod";
import { MOST_REMOVED } from "@/lib/api/most-removed";
import { readJson } from "@/lib/server/http/body";
import { route } from "@/lib/server/http/route";
import {
  removeGenerations,
  removeNotMade,
  removeShares,
} from "@/lib/server/library/removals/removals";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";

const idsSchema = z.array(z.string().max(64)).min(1).max(MOST_REMOVED);

const removalSchema = z.union([
  z.strictObject({ generations: idsSchema }),
  z.strictObject({ filter: z.literal("not-made") }),
  z.strictObject({ shares: idsSchema }),
]);

/** Removes generations or revokes links. `DELETE /api/removals/{id}` can undo it for a limited time. */
export const POST = route(async (request: Request) => {
  const owner = await requireOwner(request);
  const wanted = await readJson(request, removalSchema);
  const services = await getServices();
  const removal =
    "generations" in wanted
      ? await removeGenerations(services, owner, wanted.generations)
      : "shares" in wanted
        ? await removeShares(services, owner, wanted.shares)
        : await removeNotMade(services, owner);
  return Response.json(removal, { status: 201, headers: { "cache-control": "no-store" } });
});
