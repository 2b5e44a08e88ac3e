import { randomUUIDv7 } from "node:crypto";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { hosts } from "./address.ts";
import { answerModelError, answerRequestError } from "./answers.ts";
import { createApiHost } from "./api-host.ts";
import { admitToken } from "./auth.ts";
import type { Clock } from "./clock.ts";
import { createFileHost } from "./file-host.ts";
import type { FileStore } from "./files.ts";
import { createJwksHost } from "./jwks-host.ts";
import { ModelError } from "./model-error.ts";
import type { MultipartStore } from "./multipart.ts";
import type { Queue } from "./queue.ts";
import { createQueueHost } from "./queue-host.ts";
import { RequestError } from "./request-error.ts";
import { createRestHost } from "./rest-host.ts";
import { createRunHost } from "./run-host.ts";
import type { Tokens } from "./tokens.ts";
import { createUploadHost } from "./upload-host.ts";
import type { WebhookKey } from "./webhook-key.ts";

type AppParts = {
  queue: Queue;
  key: WebhookKey;
  files: FileStore;
  multipart: MultipartStore;
  tokens: Tokens;
  clock: Clock;
  reportError(message: string, error: unknown): void;
};

/** Serves every host of fal under one address: `https://HOST/PATH` becomes `/HOST/PATH`. */
export function createApp({ queue, key, files, multipart, tokens, clock, reportError }: AppParts) {
  const uploadHost = createUploadHost({ files, multipart, tokens });
  const fileHost = createFileHost(files, uploadHost, clock.now);
  const app = new Hono();

  app.use(async (c, next) => {
    if (!queue.isClosed) return next();
    return c.json({ detail: "The local fal is shutting down" }, 503);
  });
  for (const host of [hosts.queue, hosts.run, hosts.rest]) app.use(`/${host}/*`, nameAnswer);
  // A page that opens the client's own streams sends the token in the URL and a JSON content type.
  for (const host of [hosts.queue, hosts.run]) app.use(`/${host}/*`, openToPages);
  app.use(`/${hosts.queue}/*`, admitToken(tokens, ["GET"]));
  app.use(`/${hosts.run}/*`, admitToken(tokens, ["GET", "POST"]));
  app.route(`/${hosts.queue}`, createQueueHost(queue, clock));
  app.route(`/${hosts.run}`, createRunHost(queue, clock));
  app.route(`/${hosts.rest}`, createJwksHost(key));
  app.route(`/${hosts.rest}`, createRestHost(files, tokens, clock.now));
  app.route(`/${hosts.api}`, createApiHost());
  for (const host of hosts.files) app.route(`/${host}`, fileHost);

  app.notFound((c) => c.json({ detail: "Not Found" }, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ detail: error.message }, error.status);
    if (error instanceof ModelError) return answerModelError(c, error);
    if (error instanceof RequestError) return answerRequestError(c, error);
    // If the caller hung up while we read the body, the failure is not ours and is not reported.
    if (!c.req.raw.signal.aborted) reportError(`${c.req.method} ${c.req.path} failed`, error);
    return answerRequestError(c, new RequestError("internal_error", "Internal server error"));
  });
  return app;
}

const openToPages = cors({
  origin: "*",
  exposeHeaders: ["x-fal-request-id", "x-fal-error-type", "x-fal-request-timeout-type"],
});

/** fal puts a request id on refusals as well, so that its support can find them. */
const nameAnswer = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has("x-fal-request-id")) c.header("x-fal-request-id", randomUUIDv7());
});
