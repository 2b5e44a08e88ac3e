import { AppError } from "@/lib/problems";
import { receiveWebhook } from "@/lib/server/generations/watch/receive-webhook";
import { readBody } from "@/lib/server/http/body";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";

const MAX_BODY_BYTES = 1024 * 1024;

export const POST = route(async (request: Request) => {
  const generationId = new URL(request.url).searchParams.get("generation");
  if (!generationId) throw new AppError("bad_request");
  const services = await getServices();
  return receiveWebhook(services, generationId, {
    headers: request.headers,
    readBody: () => readBody(request, MAX_BODY_BYTES),
  });
});
