import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { serveSharedMedia } from "@/lib/server/shares/media";

type Context = { params: Promise<{ slug: string; file: string }> };

const handle = route(async (request: Request, { params }: Context) => {
  return serveSharedMedia(await getServices(), request, await params);
});

export { handle as GET, handle as HEAD };
