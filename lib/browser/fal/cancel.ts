import { ApiError } from "@fal-ai/client";
import { fal } from "./client";

/** Asks the upstream to stop a run. Throws if the call fails. */
export async function cancel(model: string, requestId: string): Promise<void> {
  try {
    await fal.queue.cancel(model, { requestId });
  } catch (error) {
    // 400 says that the run had already ended. The watch reports how.
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
  }
}
