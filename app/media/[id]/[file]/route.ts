import { serveOwnMedia } from "@/lib/server/generations/own-media";
import { route } from "@/lib/server/http";

type Context = { params: Promise<{ id: string; file: string }> };

const handle = route(async (request: Request, { params }: Context) => {
  const { id, file } = await params;
  return serveOwnMedia(request, id, file);
});

export { handle as GET, handle as HEAD };
