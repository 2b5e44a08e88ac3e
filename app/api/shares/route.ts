import { route } from "@/lib/server/http";
import { publicOrigin } from "@/lib/server/public-origin";
import { getServices } from "@/lib/server/services";
import { findOwner } from "@/lib/server/session";
import { listLinks } from "@/lib/server/shares/links";

export const GET = route(async (request: Request) => {
  const owner = await findOwner(request);
  const items = owner ? await listLinks(await getServices(), owner, publicOrigin(request)) : [];
  return Response.json({ items }, { headers: { "cache-control": "no-store" } });
});
