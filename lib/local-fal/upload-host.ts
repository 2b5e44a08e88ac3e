import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { publicBase, toFileUrl } from "./address.ts";
import { hasFileToken } from "./auth.ts";
import { type FileStore, parseFilePath, type StoredFile } from "./files.ts";
import { parseLifecycle } from "./lifecycle.ts";
import { type MultipartStore, WrongPartsError } from "./multipart.ts";
import { BrokenOffError, FileTooLargeError, toReadable } from "./receive.ts";
import { isSame, type Tokens } from "./tokens.ts";

export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;
export const MAX_MULTIPART_BYTES = 1024 * 1024 * 1024;

// The longest list of parts has about 700 KB.
const MAX_LIST_BYTES = 1024 * 1024;
const notFound = { detail: "File not found" };
const notAllowed = { detail: "This upload address is not valid" };
const partsSchema = z.object({
  parts: z.array(z.object({ partNumber: z.number().int(), etag: z.string() })),
});

// The JavaScript client sends the token as `?token=`, the Python client as `/multipart/TOKEN`.
const partPath = /^(.*?)(?:\/multipart\/([0-9a-f]+))?\/(complete|\d{1,6})$/;

type Upload = { file: StoredFile; step?: string };
type UploadParts = { files: FileStore; multipart: MultipartStore; tokens: Tokens };

/** The writing half of v3b.fal.media: whole files, files in parts, and the calls of fal's Python client. */
export function createUploadHost({ files, multipart, tokens }: UploadParts) {
  return new Hono()
    .put("/files/*", async (c) => {
      const upload = await findUpload(c, files);
      if (upload instanceof Response) return upload;
      const { file, step } = upload;
      if (step === "complete") return c.json(notFound, 404);
      return receiveUpload(c, async () => {
        const answer = step
          ? await multipart.put(file, Number(step), toReadable(c.req.raw.body))
          : { etag: (await fill(c, files, file)).etag };
        c.header("etag", answer.etag);
        return c.json(answer);
      });
    })
    .post("/files/upload", async (c) => {
      if (!hasFileToken(c, tokens)) return c.json({ detail: "Invalid token" }, 401);
      return receiveUpload(c, async () => {
        const file = await announce(c, files, false);
        if (file instanceof Response) return file;
        await fill(c, files, file);
        return c.json({ access_url: toFileUrl(publicBase(c), file) });
      });
    })
    .post("/files/upload/multipart", async (c) => {
      if (!hasFileToken(c, tokens)) return c.json({ detail: "Invalid token" }, 401);
      const file = await announce(c, files, true);
      if (file instanceof Response) return file;
      return c.json({ access_url: toFileUrl(publicBase(c), file), uploadId: file.uploadToken });
    })
    .post("/files/*", bodyLimit({ maxSize: MAX_LIST_BYTES }), async (c) => {
      const upload = await findUpload(c, files);
      if (upload instanceof Response) return upload;
      if (upload.step !== "complete") return c.json(notFound, 404);
      const body = partsSchema.safeParse(await c.req.json().catch(() => undefined));
      if (!body.success) return c.json({ detail: z.prettifyError(body.error) }, 422);
      return receiveUpload(c, async () => {
        const { etag } = await multipart.complete(upload.file, body.data.parts);
        return c.json({ etag, access_url: toFileUrl(publicBase(c), upload.file) });
      });
    });
}

async function findUpload(c: Context, files: FileStore): Promise<Upload | Response> {
  const [, path, pathToken, step] = partPath.exec(c.req.path) ?? [];
  const reference = parseFilePath(path ?? c.req.path);
  const file = reference && (await files.find(reference));
  if (!file || (step && !file.isMultipart)) return c.json(notFound, 404);
  const token = pathToken ?? c.req.query("token") ?? "";
  return isSame(token, file.uploadToken) ? { file, step } : c.json(notAllowed, 403);
}

async function announce(c: Context, files: FileStore, isMultipart: boolean) {
  const header =
    c.req.header("x-fal-object-lifecycle") ?? c.req.header("x-fal-object-lifecycle-preference");
  const lifecycle = parseLifecycle(header);
  if (!lifecycle) return c.json({ detail: "X-Fal-Object-Lifecycle can't be read" }, 422);
  const name = c.req.header("x-fal-file-name") ?? "file";
  const type = c.req.header("content-type") ?? "application/octet-stream";
  return files.create(name, type, { lifecycle, isMultipart });
}

function fill(c: Context, files: FileStore, file: StoredFile) {
  return files.fill(file, toReadable(c.req.raw.body), {
    type: c.req.header("content-type"),
    maxBytes: MAX_UPLOAD_BYTES,
  });
}

/** Refuses a body whose stated length is too large before reading it, and answers failures while it is read. */
async function receiveUpload(c: Context, receive: () => Promise<Response>): Promise<Response> {
  const tooLarge = () => c.json({ detail: "The file is too large" }, 413);
  if (Number(c.req.header("content-length")) > MAX_UPLOAD_BYTES) return tooLarge();
  try {
    return await receive();
  } catch (error) {
    if (error instanceof FileTooLargeError) return tooLarge();
    if (error instanceof BrokenOffError) return c.json({ detail: "The upload broke off" }, 400);
    if (error instanceof WrongPartsError) return c.json({ detail: error.message }, 400);
    throw error;
  }
}
