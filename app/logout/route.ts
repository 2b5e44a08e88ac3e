import { consumePoint } from "@/lib/server/gate/rates";
import { callerOf, publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { signOut } from "@/lib/server/sessions/sign-in";

export const POST = route(async (request: Request) => {
  const services = await getServices();
  // A sign-out stays recorded as long as a session can last, so the number of sign-outs is limited.
  await signOut(services, request, () =>
    consumePoint(services, "signOuts", callerOf(request) ?? "everybody"),
  );
  return new Response(null, {
    status: 303,
    headers: {
      location: `${publicOrigin(request)}/login`,
      // Deletes the draft that the browser stores, because the next user of this browser must not see it.
      "clear-site-data": '"storage"',
    },
  });
});
