import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { answerResult } from "./answers.ts";
import { requireModelKey } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { Queue } from "./queue.ts";
import { MAX_BODY_BYTES, readSubmission } from "./submission.ts";

/** fal.run: the same queue for callers who wait for the answer. If a caller hangs up, the request is cancelled. */
export function createRunHost(queue: Queue, clock: Clock) {
  return new Hono()
    .use(requireModelKey)
    .post("/:endpoint{.+}", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (c) => {
      const { endpoint, input, options } = await readSubmission(c, clock);
      const direct = { ...options, webhook: undefined, noRetry: true, isDirect: true };
      const { request } = await queue.submit(endpoint, input, direct);
      c.header("x-fal-request-id", request.id);

      const { signal } = c.req.raw;
      const hangUp = () => void queue.cancel(request.id);
      signal.addEventListener("abort", hangUp, { once: true });
      if (signal.aborted) hangUp();
      const completed = await queue.untilCompleted(request.id);
      signal.removeEventListener("abort", hangUp);
      if (!completed) return c.json({ detail: "The local fal is shutting down" }, 503);
      return answerResult(c, completed);
    });
}
