import { consumePoint } from "@/lib/server/gate/rates";
import { callerOf, publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { signOut } from "@/lib/server/sessions/session";

export const POST = route(async (request: Request) => {
  const services = await getServices();
  // Each sign-out is recorded for as long as a session lasts: nobody may fill the database with them.
  await signOut(services, request, () =>
    consumePoint(services, "signOuts", callerOf(request) ?? "everybody"),
  );
  return new Response(null, {
    status: 303,
    headers: {
      location: `${publicOrigin(request)}/login`,
      // The kept draft: it is not for whoever uses this browser next.
      "clear-site-data": '"storage"',
    },
  });
});
