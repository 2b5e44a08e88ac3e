import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { findOwner } from "@/lib/server/sessions/owner";
import { readToday } from "@/lib/server/spend/today";

export const GET = route(async (request: Request) => {
  const owner = await findOwner(request);
  const today = await readToday(await getServices(), owner);
  return Response.json(today, { headers: { "cache-control": "no-store" } });
});
