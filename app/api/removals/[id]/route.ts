import { route } from "@/lib/server/http/route";
import { undoRemoval } from "@/lib/server/library/removals/removals";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";

type Context = { params: Promise<{ id: string }> };

/** Undoes a removal. Answers with the restored generations, or `not_found` if they have been erased. */
export const DELETE = route(async (request: Request, { params }: Context) => {
  const owner = await requireOwner(request);
  const restored = await undoRemoval(await getServices(), owner, (await params).id);
  return Response.json({ ids: restored }, { headers: { "cache-control": "no-store" } });
});
