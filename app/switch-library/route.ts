import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { switchLibrary } from "@/lib/server/sessions/aside";

/** Switches between this browser's library and the one that was set aside while its secret was missing. */
export const POST = route(async (request: Request) => {
  await switchLibrary(request);
  return new Response(null, { status: 303, headers: { location: `${publicOrigin(request)}/` } });
});
