import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { publicBase, toFileUrl, toRequestUrls } from "./address.ts";
import { requireKey } from "./auth.ts";
import { isApp, toApp } from "./models.ts";
import type { Queue, Snapshot } from "./queue.ts";
import type { Outcome } from "./request.ts";

// A picture of 20 MB as a data URI is 27 MB of text.
const MAX_BODY_BYTES = 40 * 1024 * 1024;
const CANCELLED = "Request was cancelled by the client";
const KEEP_ALIVE_EVERY_MS = 15_000;

const cancelStatus = {
  OK: 200,
  CANCELLATION_REQUESTED: 202,
  ALREADY_COMPLETED: 400,
  NOT_FOUND: 404,
} as const;

type Env = { Variables: { snapshot: Snapshot } };

/** queue.fal.run: submit, and what follows a request by its id under the app or under the full model id. */
export function createQueueHost(queue: Queue) {
  const requirePublished = requireKey(
    (path) => `Cannot access application "${toApp(path.replace(/^\/[^/]+\//, ""))}"`,
  );

  const findRequest = createMiddleware<Env>(async (c, next) => {
    const snapshot = queue.find(c.req.param("id") ?? "");
    if (!snapshot) return c.json({ status: "NOT_FOUND" }, 404);
    c.header("x-fal-request-id", snapshot.request.id);
    c.set("snapshot", snapshot);
    return next();
  });

  const request = "/:endpoint{.+}/requests/:id";

  return new Hono<Env>()
    .use(requirePublished)
    .get(`${request}/status`, findRequest, (c) => {
      const snapshot = c.get("snapshot");
      const isCompleted = snapshot.request.state.status === "completed";
      return c.json(toStatus(c, snapshot, snapshot.logs), isCompleted ? 200 : 202);
    })
    .get(`${request}/status/stream`, findRequest, (c) =>
      streamSSE(c, (stream) => followStatus(c, stream, queue)),
    )
    .get(request, findRequest, answerResult)
    .get(`${request}/response`, findRequest, answerResult)
    .put(`${request}/cancel`, findRequest, async (c) => {
      const status = await queue.cancel(c.get("snapshot").request.id);
      return c.json({ status }, cancelStatus[status]);
    })
    .post("/:endpoint{.+}", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (c) => {
      const endpoint = c.req.param("endpoint");
      const app = toApp(endpoint);
      if (!isApp(app)) return c.json({ detail: `Application "${app}" not found` }, 404);
      const body = parseJson(await c.req.text());
      if ("problem" in body) return c.json({ detail: [body.problem] }, 422);

      const snapshot = await queue.submit(endpoint, body.value);
      c.header("x-fal-request-id", snapshot.request.id);
      return c.json({ ...toStatus(c, snapshot, []), logs: null });
    });
}

function parseJson(text: string) {
  try {
    return { value: text === "" ? null : (JSON.parse(text) as unknown) };
  } catch (error) {
    const ctx = { error: error instanceof Error ? error.message : String(error) };
    const problem = {
      type: "json_invalid",
      loc: ["body", 0],
      msg: "JSON decode error",
      input: {},
      ctx,
    };
    return { problem };
  }
}

function toStatus(c: Context, { request, position }: Snapshot, logs: Snapshot["logs"]) {
  const { state } = request;
  const common = {
    request_id: request.id,
    ...toRequestUrls(publicBase(c), request),
    logs: c.req.query("logs") === "1" || c.req.query("logs") === "true" ? logs : null,
  };
  switch (state.status) {
    case "queued":
      return { status: "IN_QUEUE", ...common, logs: null, queue_position: position, metrics: {} };
    case "running":
      return { status: "IN_PROGRESS", ...common, metrics: {} };
    case "completed": {
      const { startedAt, completedAt, outcome } = state;
      const seconds = startedAt ? (Date.parse(completedAt) - Date.parse(startedAt)) / 1000 : null;
      return {
        status: "COMPLETED",
        ...common,
        metrics: { inference_time: seconds },
        ...describeFailure(outcome),
      };
    }
  }
}

// fal names a failure of its own here, but not a model's 422: only the result tells of that one.
function describeFailure(outcome: Outcome) {
  if (outcome.kind === "cancelled") {
    return { error: CANCELLED, error_type: "client_cancelled" };
  }
  if (outcome.kind === "error" && outcome.httpStatus >= 500) {
    return { error: "The model failed unexpectedly", error_type: "internal_server_error" };
  }
  return {};
}

function answerResult(c: Context<Env>): Response {
  const { state } = c.get("snapshot").request;
  if (state.status !== "completed") return c.json({ detail: "Request is still in progress" }, 400);

  const { outcome } = state;
  switch (outcome.kind) {
    case "ok": {
      const { file, type, bytes } = outcome.video;
      const url = toFileUrl(publicBase(c), file);
      c.header("x-fal-billable-units", "1");
      return c.json({
        video: { url, content_type: type, file_name: file.name, file_size: bytes },
      });
    }
    case "error":
      c.header("x-fal-billable-units", "0");
      return answer(c, outcome.body, outcome.httpStatus);
    case "cancelled":
      c.header("x-fal-error-type", "client_cancelled");
      return answer(c, { detail: CANCELLED, error_type: "client_cancelled" }, 499);
  }
}

function answer(c: Context, body: object, status: number): Response {
  return c.json(body, status as ContentfulStatusCode); // 499 is missing in Hono's list
}

/** Sends the status whenever it changes, each time with the logs that were not sent yet. */
async function followStatus(c: Context<Env>, stream: SSEStreamingApi, queue: Queue) {
  const { id } = c.get("snapshot").request;
  let wake = () => {};
  const unwatch = queue.watch(() => wake());
  stream.onAbort(() => wake());

  try {
    let sent = "";
    let sentLogs = 0;
    while (!stream.aborted && !queue.isClosed) {
      const snapshot = queue.find(id);
      if (!snapshot) return;
      const changed = new Promise<"changed">((resolve) => {
        wake = () => resolve("changed");
      });

      const status = toStatus(c, snapshot, []);
      const news = snapshot.logs.slice(sentLogs);
      if (JSON.stringify(status) !== sent || (status.logs && news.length > 0)) {
        sent = JSON.stringify(status);
        sentLogs = snapshot.logs.length;
        await stream.writeSSE({ data: JSON.stringify(toStatus(c, snapshot, news)) });
      }
      if (status.status === "COMPLETED") return;

      const timer = Promise.withResolvers<"silent">();
      const timeout = setTimeout(() => timer.resolve("silent"), KEEP_ALIVE_EVERY_MS);
      const reason = await Promise.race([changed, timer.promise]);
      clearTimeout(timeout);
      if (reason === "silent") await stream.write(": keep-alive\n\n");
    }
  } finally {
    unwatch();
  }
}
