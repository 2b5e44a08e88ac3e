import { AppError } from "@/lib/problems";
import { takeNews } from "@/lib/server/generations/news";
import { readBody, route } from "@/lib/server/http";
import { getServices } from "@/lib/server/services";
import { readWebhook } from "@/lib/server/upstream/webhook";

const MAX_BODY_BYTES = 1024 * 1024;

export const POST = route(async (request: Request) => {
  const generationId = new URL(request.url).searchParams.get("generation");
  if (!generationId) throw new AppError("bad_request");
  const services = await getServices();
  const body = await readBody(request, MAX_BODY_BYTES);
  const news = await readWebhook(request.headers, body, {
    keys: services.webhookKeys,
    now: services.now(),
  });
  if (!news) throw new AppError("call_refused");
  await takeNews(services, generationId, news);
  return Response.json({ status: "ok" });
});
