import { AppError } from "@/lib/problems";
import { countUpload } from "@/lib/server/gate/count-upload";
import { withContentLength } from "@/lib/server/http/content-length";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";
import { upstreamKind } from "@/lib/server/upstream/kind";
import { getLocalFal, LOCAL_FAL_ROUTE } from "@/lib/server/upstream/local-fal";

// Only the hosts that browsers call directly at fal, too. Calls to the queue go through the proxy.
const FILE_HOSTS = /^\/v3b?\.fal\.media\//;

const MAX_UPLOAD_BYTES = 100 * 1024 ** 2;

const handle = route(async (request: Request) => {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(LOCAL_FAL_ROUTE.length);
  if (upstreamKind() !== "local" || !FILE_HOSTS.test(url.pathname)) throw new AppError("not_found");
  // Uploads are refused if the caller has never opened the studio.
  if (request.method === "PUT") {
    const owner = await requireOwner(request);
    // Without a stated length, the largest permitted one is counted.
    const bytes = Number(request.headers.get("content-length") ?? MAX_UPLOAD_BYTES);
    await countUpload(await getServices(), request, { owner, bytes });
  }
  const localFal = await getLocalFal();
  return withContentLength(await localFal.fetch(new Request(url, request)));
});

export { handle as GET, handle as HEAD, handle as OPTIONS, handle as PUT };
