import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { parseRange } from "../net/range.ts";
import { isAnonymous } from "./auth.ts";
import { type FileStore, parseFilePath, type StoredContent, type StoredFile } from "./files.ts";

const MAX_AGE_SECONDS = 5_184_000;
const notFound = { detail: "File not found" };

/** v3b.fal.media: accepts uploads at the addresses that rest.fal.ai gave out, and serves files. */
export function createFileHost(files: FileStore, uploads: Hono, now: () => Date) {
  return new Hono()
    .use(
      cors({
        origin: "*",
        allowMethods: ["GET", "HEAD", "PUT", "POST", "OPTIONS"],
        allowHeaders: ["Authorization", "Content-Type", "Range", "If-Range", "If-None-Match"],
        exposeHeaders: ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"],
        maxAge: 86_400,
      }),
    )
    .get("/files/*", async (c) => {
      const reference = parseFilePath(c.req.path);
      const file = reference && (await files.find(reference));
      if (!file?.content) return c.json(notFound, 404);
      if (file.access === "hide" && isAnonymous(c)) return c.json(notFound, 404);
      if (file.access === "forbid" && isAnonymous(c)) return c.json({ detail: "Forbidden" }, 403);
      return serve(c, files, file.content, toCacheControl(file, now()));
    })
    .route("/", uploads);
}

function toCacheControl({ access, expiresAt }: StoredFile, now: Date): string {
  if (access === "hide" || access === "forbid") return "private, no-store";
  if (expiresAt === undefined) return `public, max-age=${MAX_AGE_SECONDS}, immutable`;
  const left = Math.ceil((Date.parse(expiresAt) - now.getTime()) / 1000);
  return `public, max-age=${Math.max(0, Math.min(MAX_AGE_SECONDS, left))}, immutable`;
}

function serve(
  c: Context,
  files: FileStore,
  content: StoredContent,
  cacheControl: string,
): Response {
  const { bytes, etag, type } = content;
  const headers: Record<string, string> = {
    "accept-ranges": "bytes",
    "cache-control": cacheControl,
    "content-type": type,
    // Anyone may upload anything, and the app serves it from its own origin, so scripts in it must not run.
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
