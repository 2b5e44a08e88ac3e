import { ApiError } from "@fal-ai/client";
import { fal } from "./client";

/** Asks the upstream to stop a run. Throws when the call failed. */
export async function cancel(model: string, requestId: string): Promise<void> {
  try {
    await fal.queue.cancel(model, { requestId });
  } catch (error) {
    // 400 says that it had ended before: the watch brings the end.
    if (!(error instanceof ApiError) || error.status !== 400) throw error;
  }
}
