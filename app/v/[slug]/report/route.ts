import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { noticePage } from "@/lib/server/pages/page";
import { getServices } from "@/lib/server/services";
import { countReport } from "@/lib/server/shares/records";
import { visit } from "@/lib/server/shares/visit";
import { isNewVisitor } from "@/lib/server/shares/visitor";

type Context = { params: Promise<{ slug: string }> };

export const POST = pageRoute(async (request: Request, { params }: Context) => {
  const services = await getServices();
  const { share } = await visit(services, (await params).slug);
  if (await isNewVisitor(services, "reports", request, share.slug))
    await countReport(services.db, share.slug);
  return pageAnswer(request, (setting) =>
    noticePage(setting.messages.served.link.reported, setting),
  );
});
