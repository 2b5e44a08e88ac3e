import "server-only";
import type { z } from "zod";
import { AppError } from "@/lib/problems";

// Broken text is refused and not repaired, because the upstream would be paid for a prompt that nobody wrote.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MAX_JSON_BYTES = 64 * 1024;

/** Parses the body as JSON of that schema. Throws `bad_request` and `body_too_large`. */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readJsonText(request), refuseNull));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("bad_request", { cause: error });
  }
}

/** Postgres can't store a null character, and no field has a use for one. */
function refuseNull(_: string, value: unknown): unknown {
  if (typeof value === "string" && value.includes("\0")) throw new AppError("bad_request");
  return value;
}

/**
 * Reads a body whose content type is JSON, which a form of another site cannot send. Throws `bad_request`, and
 * `body_too_large` for more than a prompt and its settings need.
 */
export async function readJsonText(request: Request): Promise<string> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) throw new AppError("bad_request");
  const body = await readBody(request, MAX_JSON_BYTES);
  try {
    return utf8.decode(body);
  } catch (error) {
    throw new AppError("bad_request", { cause: error });
  }
}

/** Reads the body, byte for byte. Throws `body_too_large`, and `bad_request` if the body breaks off. */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new AppError("body_too_large");
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("bad_request", { cause: error });
  }
  return Buffer.concat(chunks);
}
