import { route } from "@/lib/server/http";
import { serveSharedMedia } from "@/lib/server/shares/media";

type Context = { params: Promise<{ slug: string; file: string }> };

const handle = route(async (request: Request, { params }: Context) => {
  const { slug, file } = await params;
  return serveSharedMedia(request, slug, file);
});

export { handle as GET, handle as HEAD };
