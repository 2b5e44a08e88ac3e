import { AppError } from "@/lib/problems";
import { findOwned } from "@/lib/server/generations/records/find";
import type { GenerationRecord } from "@/lib/server/generations/records/record";
import { readJson } from "@/lib/server/http/body";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { deleteGeneration } from "@/lib/server/library/delete";
import { changeOwnWords, ownWordsSchema } from "@/lib/server/library/own-words";
import { toGeneration } from "@/lib/server/library/present";
import { getServices, type Services } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";
import { findSharesOf } from "@/lib/server/shares/records";

type Context = { params: Promise<{ id: string }> };

export const GET = route(async (request: Request, { params }: Context) => {
  const services = await getServices();
  const [owner, { id }] = [await requireOwner(request), await params];
  const record = await findOwned(services.db, owner, id);
  if (!record) throw new AppError("not_found");
  return answer(services, request, record);
});

/** Stars the generation or changes its title. */
export const PATCH = route(async (request: Request, { params }: Context) => {
  const owner = await requireOwner(request);
  const words = await readJson(request, ownWordsSchema);
  const services = await getServices();
  const record = await changeOwnWords(services, owner, (await params).id, words);
  return answer(services, request, record);
});

export const DELETE = route(async (request: Request, { params }: Context) => {
  const services = await getServices();
  await deleteGeneration(services, await requireOwner(request), (await params).id);
  return new Response(null, { status: 204 });
});

async function answer(
  { db, upstream }: Services,
  request: Request,
  record: GenerationRecord,
): Promise<Response> {
  const share = (await findSharesOf(db, [record.id])).get(record.id);
  const generation = toGeneration(record, { upstream, origin: publicOrigin(request), share });
  return Response.json(generation, { headers: { "cache-control": "no-store" } });
}
