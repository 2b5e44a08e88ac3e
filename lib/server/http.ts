import "server-only";
import type { z } from "zod";
import { AppError, problems } from "@/lib/problems";
import { CONTENT_LENGTH } from "./content-length";
import { getEnv } from "./env";
import { getLog } from "./log";

const MAX_JSON_BYTES = 64 * 1024;

type Handler<Context> = (request: Request, context: Context) => Promise<Response>;

/** Turns whatever a route throws into the one error shape that the browser knows. */
export function route<Context>(handler: Handler<Context>): Handler<Context> {
  return (request, context) =>
    handler(request, context).catch((error: unknown) => {
      const { code, status, message, requestId } = report(error);
      return Response.json({ error: { code, message, requestId } }, { status });
    });
}

/** The same in fal's shape, for the routes that a fal client reads. */
export function falRoute<Context>(handler: Handler<Context>): Handler<Context> {
  return (request, context) =>
    handler(request, context).catch((error: unknown) => {
      const { code, status, message, requestId } = report(error);
      const headers = { "x-fal-error-type": code, "cache-control": "no-store" };
      return Response.json(
        { detail: message, error_type: code, request_id: requestId },
        { status, headers },
      );
    });
}

/** Where a browser reaches this server: `PUBLIC_URL`, else what the request itself says. */
export function publicOrigin(request: Request): string {
  const { PUBLIC_URL, TRUST_PROXY } = getEnv();
  if (PUBLIC_URL) return PUBLIC_URL;
  const forwarded = (name: string) =>
    TRUST_PROXY ? request.headers.get(name)?.split(",")[0]?.trim() : undefined;
  const protocol = forwarded("x-forwarded-proto") === "https" ? "https" : "http";
  const host = forwarded("x-forwarded-host") ?? request.headers.get("host");
  if (!host || !/^[\w.\-[\]:]+$/.test(host)) throw new AppError("bad_request");
  return `${protocol}://${host}`;
}

/** The address that calls, as the proxy in front says; `undefined` where none is trusted. */
export function callerOf(request: Request): string | undefined {
  if (!getEnv().TRUST_PROXY) return undefined;
  // The last is what our own proxy saw; those before it anyone may have written.
  return request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || undefined;
}

/** The body as JSON that fits. Throws `bad_request` for anything else. */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) throw new AppError("bad_request");
  try {
    return schema.parse(JSON.parse((await readBody(request, MAX_JSON_BYTES)).toString()));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("bad_request", { cause: error });
  }
}

/** Has the answer say how long its body is, which Next drops from a route handler's. */
export function withContentLength(response: Response): Response {
  const length = response.headers.get("content-length");
  if (length === null) return response;
  const headers = new Headers(response.headers);
  headers.set(CONTENT_LENGTH, length);
  return new Response(response.body, { status: response.status, headers });
}

/** The body as it came, byte for byte. Throws `body_too_large`. */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AppError("body_too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function report(error: unknown) {
  const known = error instanceof AppError ? error : new AppError("internal", { cause: error });
  const kind = problems[known.code];
  const status = "status" in kind ? kind.status : 500;
  const requestId = crypto.randomUUID();
  // The cause can hold signed URLs: it goes to the log, never into the answer.
  if (status >= 500) getLog().error({ requestId, code: known.code, err: known.cause });
  const message = `${kind.title}. ${known.message}`;
  return { code: known.code, status, message, requestId };
}
