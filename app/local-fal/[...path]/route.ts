import { AppError } from "@/lib/problems";
import { route, withContentLength } from "@/lib/server/http";
import { requireOwner } from "@/lib/server/session";
import { upstreamKind } from "@/lib/server/upstream/kind";
import { getLocalFal, LOCAL_FAL_ROUTE } from "@/lib/server/upstream/local-fal";

// Only what browsers reach directly at fal, too: the queue is behind the proxy.
const FILE_HOSTS = /^\/v3b?\.fal\.media\//;

const handle = route(async (request: Request) => {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(LOCAL_FAL_ROUTE.length);
  if (upstreamKind() !== "local" || !FILE_HOSTS.test(url.pathname)) throw new AppError("not_found");
  // Nothing is taken in from whoever never opened the studio.
  if (request.method === "PUT") await requireOwner(request);
  const localFal = await getLocalFal();
  return withContentLength(await localFal.fetch(new Request(url, request)));
});

export { handle as GET, handle as HEAD, handle as OPTIONS, handle as PUT };
