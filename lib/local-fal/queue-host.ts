import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { streamSSE } from "hono/streaming";
import { answerResult, toStatus } from "./answers.ts";
import { requireModelKey } from "./auth.ts";
import type { Clock } from "./clock.ts";
import type { Queue, Snapshot } from "./queue.ts";
import { followStatus } from "./status-stream.ts";
import { MAX_BODY_BYTES, readMaxQueueLength, readSubmission } from "./submission.ts";

const cancelStatus = {
  OK: 200,
  CANCELLATION_REQUESTED: 202,
  ALREADY_COMPLETED: 400,
  NOT_FOUND: 404,
} as const;

type Env = { Variables: { snapshot: Snapshot } };

/** queue.fal.run: submits a request, and follows it by its id under the app or under the full model id. */
export function createQueueHost(queue: Queue, clock: Clock) {
  const findRequest = createMiddleware<Env>(async (c, next) => {
    const snapshot = queue.find(c.req.param("id") ?? "");
    if (!snapshot) return c.json({ status: "NOT_FOUND" }, 404);
    c.header("x-fal-request-id", snapshot.request.id);
    c.set("snapshot", snapshot);
    return next();
  });

  const request = "/:endpoint{.+}/requests/:id";

  return new Hono<Env>()
    .use(requireModelKey)
    .get(`${request}/status`, findRequest, (c) => {
      const snapshot = c.get("snapshot");
      const isCompleted = snapshot.request.state.status === "completed";
      return c.json(toStatus(c, snapshot, snapshot.logs), isCompleted ? 200 : 202);
    })
    .get(`${request}/status/stream`, findRequest, (c) => {
      const { id } = c.get("snapshot").request;
      return streamSSE(c, (stream) => followStatus(c, stream, { id, queue, clock }));
    })
    .get(request, findRequest, (c) => answerResult(c, c.get("snapshot").request))
    .get(`${request}/response`, findRequest, (c) => answerResult(c, c.get("snapshot").request))
    .put(`${request}/cancel`, findRequest, async (c) => {
      const status = await queue.cancel(c.get("snapshot").request.id);
      return c.json({ status }, cancelStatus[status]);
    })
    .post("/:endpoint{.+}", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (c) => {
      const maxLength = readMaxQueueLength(c);
      const { endpoint, input, options } = await readSubmission(c, clock);
      if (queue.length > maxLength) {
        return c.json({ detail: `The queue is longer than ${maxLength} requests` }, 429);
      }
      const snapshot = await queue.submit(endpoint, input, options);
      c.header("x-fal-request-id", snapshot.request.id);
      const gatewayRequestId = snapshot.request.id; // differs only when fal repeats a request under another id
      return c.json({
        ...toStatus(c, snapshot, []),
        gateway_request_id: gatewayRequestId,
        logs: null,
      });
    });
}
