import { route } from "@/lib/server/http";
import { publicOrigin } from "@/lib/server/public-origin";
import { getServices } from "@/lib/server/services";
import { signOut } from "@/lib/server/session";

export const POST = route(async (request: Request) => {
  await signOut(await getServices(), request);
  return new Response(null, {
    status: 303,
    headers: {
      location: `${publicOrigin(request)}/login`,
      // The kept draft: it is not for whoever uses this browser next.
      "clear-site-data": '"storage"',
    },
  });
});
