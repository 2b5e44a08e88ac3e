import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { hosts } from "./address.ts";
import { createFileHost } from "./file-host.ts";
import type { FileStore } from "./files.ts";
import type { Queue } from "./queue.ts";
import { createQueueHost } from "./queue-host.ts";
import { createRestHost } from "./rest-host.ts";

type AppParts = {
  queue: Queue;
  files: FileStore;
  reportError(message: string, error: unknown): void;
};

/** Every host of fal under one address: `https://HOST/PATH` is found at `/HOST/PATH`. */
export function createApp({ queue, files, reportError }: AppParts) {
  const fileHost = createFileHost(files);
  const app = new Hono();

  app.use(async (c, next) => {
    if (!queue.isClosed) return next();
    return c.json({ detail: "The local fal is shutting down" }, 503);
  });
  app.route(`/${hosts.queue}`, createQueueHost(queue));
  app.route(`/${hosts.rest}`, createRestHost(files));
  for (const host of hosts.files) app.route(`/${host}`, fileHost);

  app.notFound((c) => c.json({ detail: "Not Found" }, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ detail: error.message }, error.status);
    // A caller who hung up while we read the body is no fault of ours.
    if (!c.req.raw.signal.aborted) reportError(`${c.req.method} ${c.req.path} failed`, error);
    return c.json({ detail: "Internal server error", error_type: "internal_error" }, 500);
  });
  return app;
}
