import "server-only";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { Busboy } from "@fastify/busboy";
import { AppError } from "@/lib/problems";

export type FormFile = { bytes: Uint8Array<ArrayBuffer>; name: string; type: string };

type Form = {
  /** The first file that is not empty. */
  file?: FormFile;
  /** The names of the other files. */
  leftOut: string[];
  fields: Map<string, string>;
};

type FormShape = { fileField: string; textFields: readonly string[]; maxFileBytes: number };

const MOST_FIELDS = 8;
const MOST_FILES = 100;
const FIELD_BYTES = 8 * 1024;
const HEADER_PAIRS = 16;
const HEADER_BYTES = 4 * 1024;
/** For the other fields and the multipart headers. */
const AROUND_BYTES = 64 * 1024;

/**
 * Reads a form with a few text fields while it arrives, returns one of its files, and stops at the first part that exceeds a
 * limit. Throws `bad_request` and `body_too_large`.
 */
export async function readForm(request: Request, shape: FormShape): Promise<Form> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data;/i.test(contentType) || !request.body)
    throw new AppError("bad_request");
  try {
    const form: Form = { leftOut: [], fields: new Map() };
    const parser = openParser(contentType, shape, form);
    const body = Readable.fromWeb(request.body as WebStream<Uint8Array>);
    await pipeline(body, limit(shape.maxFileBytes + AROUND_BYTES), parser);
    return form;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("bad_request", { cause: error });
  }
}

function openParser(contentType: string, shape: FormShape, form: Form) {
  const parser = new Busboy({
    headers: { "content-type": contentType },
    limits: {
      ...{ files: MOST_FILES, fields: MOST_FIELDS, parts: MOST_FIELDS + MOST_FILES },
      ...{ fileSize: shape.maxFileBytes },
      ...{ fieldSize: FIELD_BYTES, fieldNameSize: 100 },
      ...{ headerPairs: HEADER_PAIRS, headerSize: HEADER_BYTES },
    },
  });
  const stop = (code: "bad_request" | "body_too_large") => parser.destroy(new AppError(code));
  for (const event of ["partsLimit", "filesLimit", "fieldsLimit"] as const)
    parser.on(event, () => stop("bad_request"));
  parser.on("field", (name, value) => {
    if (shape.textFields.includes(name)) form.fields.set(name, value);
  });
  let kept: Readable | undefined;
  parser.on("file", (field, stream, name, _encoding, type) => {
    // If the file breaks off, the form ends with its own error.
    stream.on("error", () => {});
    if (field !== shape.fileField) return stream.resume();
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => {
      kept ??= stream;
      if (kept === stream) chunks.push(chunk);
    });
    stream.on("limit", () => stop("body_too_large"));
    stream.on("end", () => {
      const file = { bytes: join(chunks), name: name ?? "", type };
      if (kept === stream) form.file = file;
      // An empty file is used only if there is no other.
      else if (stream.bytesRead === 0) form.file ??= file;
      else form.leftOut.push(file.name);
    });
  });
  return parser;
}

async function* pass(body: AsyncIterable<Uint8Array>, maxBytes: number) {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new AppError("body_too_large");
    yield chunk;
  }
}

function limit(maxBytes: number) {
  return (body: AsyncIterable<Uint8Array>) => pass(body, maxBytes);
}

function join(chunks: Buffer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  // Each chunk is released once it is copied, so that the file is in memory little more than once.
  for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
