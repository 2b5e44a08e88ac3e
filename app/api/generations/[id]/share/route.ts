import { readJson } from "@/lib/server/http/body";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";
import { toShare } from "@/lib/server/shares/present";
import { publish, shareOptionsSchema, unpublish } from "@/lib/server/shares/publish";

type Context = { params: Promise<{ id: string }> };

export const PUT = route(async (request: Request, { params }: Context) => {
  const owner = await requireOwner(request);
  const options = await readJson(request, shareOptionsSchema);
  const share = await publish(await getServices(), owner, (await params).id, options);
  return Response.json(toShare(share, publicOrigin(request)));
});

export const DELETE = route(async (request: Request, { params }: Context) => {
  await unpublish(await getServices(), await requireOwner(request), (await params).id);
  return new Response(null, { status: 204 });
});
