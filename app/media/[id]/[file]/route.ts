import { route } from "@/lib/server/http/route";
import { serveOwnMedia } from "@/lib/server/library/own-media";
import { getServices } from "@/lib/server/services";

type Context = { params: Promise<{ id: string; file: string }> };

const handle = route(async (request: Request, { params }: Context) => {
  return serveOwnMedia(await getServices(), request, await params);
});

export { handle as GET, handle as HEAD };
