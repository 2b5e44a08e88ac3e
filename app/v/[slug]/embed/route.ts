import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { getServices } from "@/lib/server/services";
import { embedPage } from "@/lib/server/shares/pages";
import { requireUnlocked } from "@/lib/server/shares/unlock";
import { visit } from "@/lib/server/shares/visit";

type Context = { params: Promise<{ slug: string }> };

const handle = pageRoute(async (request: Request, { params }: Context) => {
  const found = await visit(await getServices(), (await params).slug);
  await requireUnlocked(request, found.share);
  return pageAnswer(request, (setting) => embedPage(found, setting), { framing: "anywhere" });
});

export { handle as GET, handle as HEAD };
