import { AppError } from "@/lib/problems";
import { countCall } from "@/lib/server/gate/count-call";
import { callerOf, publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { openLibraryStream } from "@/lib/server/library/events/stream";
import { getServices } from "@/lib/server/services";
import { findSession } from "@/lib/server/sessions/owner";

export const GET = route(async (request: Request) => {
  const [services, found] = [await getServices(), await findSession(request)];
  if (!found) throw new AppError("not_found");
  await countCall(services, request, found.owner);
  return openLibraryStream(services, {
    ...found,
    network: callerOf(request),
    origin: publicOrigin(request),
    lastEventId: request.headers.get("last-event-id") ?? undefined,
  });
});
