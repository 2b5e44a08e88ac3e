import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { findOwner } from "@/lib/server/sessions/owner";
import { listLinks } from "@/lib/server/shares/links";

export const GET = route(async (request: Request) => {
  const owner = await findOwner(request);
  const items = owner ? await listLinks(await getServices(), owner, publicOrigin(request)) : [];
  return Response.json({ items }, { headers: { "cache-control": "no-store" } });
});
