import { AppError } from "@/lib/problems";
import { findOwned } from "@/lib/server/generations/records/find";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { deleteGeneration } from "@/lib/server/library/delete";
import { toGeneration } from "@/lib/server/library/present";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";
import { findSharesOf } from "@/lib/server/shares/records";

type Context = { params: Promise<{ id: string }> };

export const GET = route(async (request: Request, { params }: Context) => {
  const services = await getServices();
  const [owner, { id }] = [await requireOwner(request), await params];
  const record = await findOwned(services.db, owner, id);
  if (!record) throw new AppError("not_found");
  const share = (await findSharesOf(services.db, [record.id])).get(record.id);
  const viewpoint = { upstream: services.upstream, origin: publicOrigin(request), share };
  return Response.json(toGeneration(record, viewpoint), {
    headers: { "cache-control": "no-store" },
  });
});

export const DELETE = route(async (request: Request, { params }: Context) => {
  const services = await getServices();
  await deleteGeneration(services, await requireOwner(request), (await params).id);
  return new Response(null, { status: 204 });
});
