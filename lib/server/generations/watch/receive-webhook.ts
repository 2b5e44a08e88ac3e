import "server-only";
import { AppError } from "@/lib/problems";
import { openBoundedLog } from "../../process/bounded-log";
import { readWebhook, type WebhookKeys } from "../../upstream/webhook";
import { handleWebhook, type WebhookServices } from "./handle-webhook";

// The form of our own ids. Anything else comes from a stranger and must not get into the log.
const GENERATION_ID = /^[0-9a-f-]{36}$/;

const log = openBoundedLog();

/** Verifies a webhook and handles it. Logs what it drops. Throws `call_refused`. */
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
    // The upstream sends the webhook again later.
    return Response.json({ status: "try again" }, { status: 503 });
  }
  if ("dropped" in read) {
    logDropped(read.dropped);
    throw new AppError("call_refused");
  }

  const { report } = read;
  const outcome = await handleWebhook(services, generationId, report);
  if (outcome !== "looked_into") logDropped(outcome);
  else if (report.secondsOff !== undefined) {
    const message =
      "a webhook was signed long ago or in the future: it is late, or a clock is wrong";
    log({ message, reason: "late" }, { generation, secondsOff: report.secondsOff });
  }
  return Response.json({ status: "ok" });
}
