import "server-only";
import { AppError } from "@/lib/problems";
import { openBoundedLog } from "../../bounded-log";
import { readWebhook, type WebhookKeys } from "../../upstream/webhook";
import { handleWebhook, type WebhookServices } from "./news";

// Of our own making; anything else that stands there is a stranger's, and not for the log.
const GENERATION_ID = /^[0-9a-f-]{36}$/;

const log = openBoundedLog();

/** Checks what was sent as a webhook and takes its news. What is dropped is in the log. Throws `call_refused`. */
export async function receiveWebhook(
  services: WebhookServices & { webhookKeys: WebhookKeys },
  generationId: string,
  { headers, readBody }: { headers: Headers; readBody: () => Promise<Uint8Array> },
): Promise<Response> {
  const generation = GENERATION_ID.test(generationId) ? generationId : undefined;
  const logDropped = (reason: string, error?: unknown) =>
    log(
      { message: "a webhook was dropped", reason },
      { generation, ...(error !== undefined && { error: String(error) }) },
    );

  const check = { keys: services.webhookKeys, now: services.now() };
  const read = await readWebhook(headers, readBody, check).catch((error: unknown) => {
    if (error instanceof AppError) throw error;
    return { error };
  });
  if ("error" in read) {
    logDropped("keys_out_of_reach", read.error);
    // The upstream sends it again later.
    return Response.json({ status: "try again" }, { status: 503 });
  }
  if ("dropped" in read) {
    logDropped(read.dropped);
    throw new AppError("call_refused");
  }

  const { news } = read;
  const outcome = await handleWebhook(services, generationId, news);
  if (outcome !== "looked_into") logDropped(outcome);
  else if (news.secondsOff !== undefined) {
    const message =
      "a webhook was signed long ago or in the future: it is late, or a clock is wrong";
    log({ message, reason: "late" }, { generation, secondsOff: news.secondsOff });
  }
  return Response.json({ status: "ok" });
}
