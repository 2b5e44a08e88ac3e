import { route } from "@/lib/server/http";
import { serveOwnMedia } from "@/lib/server/library/own-media";

type Context = { params: Promise<{ id: string; file: string }> };

const handle = route(async (request: Request, { params }: Context) => {
  const { id, file } = await params;
  return serveOwnMedia(request, id, file);
});

export { handle as GET, handle as HEAD };
