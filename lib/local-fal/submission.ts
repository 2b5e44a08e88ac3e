import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { publicBase } from "./address.ts";
import type { Clock } from "./clock.ts";
import type { CallEnv } from "./faults-host.ts";
import { parseLifecycle } from "./lifecycle.ts";
import { ModelError, toDetail } from "./model-error.ts";
import { isApp, toApp } from "./models.ts";
import type { RequestOptions } from "./request.ts";
import { RequestError } from "./request-error.ts";

// A picture of 20 MB becomes 27 MB of text as a data URI.
export const MAX_BODY_BYTES = 40 * 1024 * 1024;

const MIN_START_TIMEOUT_SECONDS = 0.1;

/** Parses what a caller sends to a model, through the queue or directly. Throws the error that fal answers. */
export async function readSubmission(c: Context, clock: Clock) {
  const endpoint = c.req.param("endpoint") ?? "";
  const app = toApp(endpoint);
  if (!isApp(app)) throw new HTTPException(404, { message: `Application "${app}" not found` });
  const options = readOptions(c, clock);
  return { endpoint, options, input: parseJson(await c.req.text()) };
}

export function readMaxQueueLength(c: Context): number {
  const stated = c.req.query("fal_max_queue_length");
  if (stated === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d+$/.test(stated)) refuse("fal_max_queue_length must be a whole number");
  return Number(stated);
}

function readOptions(c: Context, clock: Clock): RequestOptions {
  const webhook = c.req.query("fal_webhook");
  return {
    priority: readPriority(c.req.header("x-fal-queue-priority")),
    startBy: readStartBy(c.req.header("x-fal-request-timeout"), clock),
    noRetry: /^(1|true|yes)$/i.test(c.req.header("x-fal-no-retry") ?? "") || undefined,
    storesPayloads: c.req.header("x-fal-store-io") === "0" ? false : undefined,
    lifecycle: readLifecycle(c.req.header("x-fal-object-lifecycle-preference")),
    fault: (c.env as CallEnv | undefined)?.fault,
    webhook: webhook === undefined ? undefined : { url: readWebhook(webhook), base: publicBase(c) },
  };
}

function readPriority(stated: string | undefined): RequestOptions["priority"] {
  if (stated === undefined || stated === "normal") return undefined;
  if (stated === "low") return stated;
  return refuse("x-fal-queue-priority must be normal or low");
}

function readStartBy(stated: string | undefined, clock: Clock): string | undefined {
  if (stated === undefined) return undefined;
  const startBy = new Date(clock.now().getTime() + Number(stated) * 1000);
  if (!(Number(stated) > MIN_START_TIMEOUT_SECONDS) || Number.isNaN(startBy.getTime())) {
    refuse(`x-fal-request-timeout must be a number of seconds over ${MIN_START_TIMEOUT_SECONDS}`);
  }
  return startBy.toISOString();
}

function readLifecycle(stated: string | undefined): string | undefined {
  // If the header is mistyped, the video must not become public by mistake.
  if (!parseLifecycle(stated)) refuse("x-fal-object-lifecycle-preference can't be read");
  return stated;
}

function readWebhook(stated: string): string {
  const url = URL.canParse(stated) ? new URL(stated) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) refuse("fal_webhook must be an http or https URL");
  return stated;
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch (cause) {
    const ctx = { error: cause instanceof Error ? cause.message : String(cause) };
    const detail = toDetail("json_invalid", [0], "JSON decode error", { ctx, input: {} });
    throw new ModelError([detail], { cause });
  }
}

function refuse(message: string): never {
  throw new RequestError("bad_request", message);
}
