import { timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import {
  BrokenOffError,
  type FileReference,
  type FileStore,
  FileTooLargeError,
  parseFilePath,
  type StoredContent,
  type StoredFile,
  toReadable,
} from "./files.ts";
import { parseRange } from "./range.ts";

const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;
const tooLarge = { detail: `The file is larger than ${MAX_UPLOAD_BYTES} bytes` };
const notFound = { detail: "File not found" };

/** v3b.fal.media: takes uploads at the addresses that were handed out, and serves files to anyone. */
export function createFileHost(files: FileStore) {
  return new Hono()
    .use(
      cors({
        origin: "*",
        allowMethods: ["GET", "HEAD", "PUT", "OPTIONS"],
        allowHeaders: ["Content-Type", "Range", "If-Range", "If-None-Match"],
        exposeHeaders: ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"],
        maxAge: 86_400,
      }),
    )
    .get("/files/*", async (c) => {
      const file = await findFile(c, files);
      return file?.content ? serve(c, files, file.content) : c.json(notFound, 404);
    })
    .put("/files/*", async (c) => {
      const file = await findFile(c, files);
      if (!file) return c.json(notFound, 404);
      if (!isSame(c.req.query("token") ?? "", file.uploadToken)) {
        return c.json({ detail: "This upload address is not valid" }, 403);
      }
      if (Number(c.req.header("content-length")) > MAX_UPLOAD_BYTES) return c.json(tooLarge, 413);
      try {
        const content = await files.fill(file, toReadable(c.req.raw.body), {
          type: c.req.header("content-type"),
          maxBytes: MAX_UPLOAD_BYTES,
        });
        c.header("etag", content.etag);
        return c.json({ etag: content.etag });
      } catch (error) {
        if (error instanceof FileTooLargeError) return c.json(tooLarge, 413);
        if (error instanceof BrokenOffError) return c.json({ detail: "The upload broke off" }, 400);
        throw error;
      }
    });
}

function findFile(c: Context, files: FileStore): Promise<StoredFile | undefined> {
  const reference: FileReference | undefined = parseFilePath(c.req.path);
  return reference ? files.find(reference) : Promise.resolve(undefined);
}

function serve(c: Context, files: FileStore, content: StoredContent): Response {
  const { bytes, etag, type } = content;
  const headers: Record<string, string> = {
    "accept-ranges": "bytes",
    "cache-control": "public, max-age=5184000, immutable",
    "content-type": type,
    // Anyone may upload anything, and the app shows it under its own origin: no script may run there.
    "content-security-policy": "sandbox; default-src 'none'; media-src 'self'",
    "cross-origin-resource-policy": "cross-origin",
    etag,
    "last-modified": new Date(content.at).toUTCString(),
    "x-content-type-options": "nosniff",
  };

  const known = c.req.header("if-none-match")?.split(/\s*,\s*/);
  if (known?.some((tag) => tag.replace(/^W\//, "") === etag || tag === "*")) {
    return c.body(null, 304, headers);
  }
  if (c.req.method === "HEAD") {
    return c.body(null, 200, { ...headers, "content-length": String(bytes) });
  }

  const condition = c.req.header("if-range");
  const isFresh = !condition || condition === etag || condition === headers["last-modified"];
  const range = isFresh ? parseRange(c.req.header("range"), bytes) : undefined;
  if (range === "unsatisfiable") {
    return c.json({ detail: "Range not satisfiable" }, 416, {
      "content-range": `bytes */${bytes}`,
    });
  }
  if (range) {
    return c.body(files.read(content, range), 206, {
      ...headers,
      "content-length": String(range.end - range.start + 1),
      "content-range": `bytes ${range.start}-${range.end}/${bytes}`,
    });
  }
  return c.body(files.read(content), 200, { ...headers, "content-length": String(bytes) });
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
