import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { switchLibrary } from "@/lib/server/sessions/session";

/** From the library of this browser to the one that was set aside when its secret was away, and back. */
export const POST = route(async (request: Request) => {
  await switchLibrary(request);
  return new Response(null, { status: 303, headers: { location: `${publicOrigin(request)}/` } });
});
