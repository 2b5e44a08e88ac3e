import "server-only";
import { create as contentDisposition } from "content-disposition";
import { toAsciiFileName } from "@/lib/file-name";
import { parseRange, type Range } from "@/lib/net/range";
import type { MediaStore, StoredFile } from "./store";

export type ServeOptions = {
  contentType: string;
  cacheControl: string;
  /** What the file is called when it is saved, with `?download=1`. */
  downloadName?: string;
  /** Lets other sites embed the file. */
  isPublic?: boolean;
  /** How many bytes of the end are not given away: to the visitor the file ends before them. */
  withheldBytes?: number;
};

/** Answers a GET or HEAD; undefined when there is no such file. */
export async function serveMedia(
  request: Request,
  store: MediaStore,
  key: string,
  options: ServeOptions,
): Promise<Response | undefined> {
  const stored = await store.stat(key);
  if (!stored) return undefined;
  const file = withhold(stored, options.withheldBytes);

  const headers = toHeaders(file, request, options);
  if (isKnown(request.headers, file)) return new Response(null, { status: 304, headers });

  const range = findRange(request, file);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${file.bytes}`);
    return new Response(null, { status: 416, headers });
  }
  if (range) headers.set("content-range", `bytes ${range.start}-${range.end}/${file.bytes}`);
  const { start, end } = range ?? { start: 0, end: file.bytes - 1 };
  headers.set("content-length", String(end - start + 1));

  const isBodiless = request.method === "HEAD" || file.bytes === 0;
  // Always by its ends: a file put over this one meanwhile must not change what was announced.
  const body = isBodiless ? null : store.read(key, { start, end });
  return new Response(body, { status: range ? 206 : 200, headers });
}

/** A file as a visitor knows it: without a date where a tag alone tells it from another form of the same file. */
type ServedFile = Omit<StoredFile, "modifiedAt"> & { modifiedAt?: Date };

// The whole file has the same date, and a cache must not confuse the two.
function withhold(file: StoredFile, bytes = 0): ServedFile {
  if (bytes === 0) return file;
  const { etag } = file;
  return { bytes: Math.max(0, file.bytes - bytes), etag: etag.replace(/"$/, `-${bytes}"`) };
}

function toHeaders(file: ServedFile, request: Request, options: ServeOptions): Headers {
  const { contentType, cacheControl, downloadName, isPublic = false } = options;
  const headers = new Headers({
    "accept-ranges": "bytes",
    "cache-control": cacheControl,
    "content-security-policy": "default-src 'none'; media-src 'self'; sandbox allow-same-origin",
    "content-type": contentType,
    "cross-origin-resource-policy": isPublic ? "cross-origin" : "same-origin",
    etag: file.etag,
    "x-content-type-options": "nosniff",
  });
  if (isPublic) headers.set("x-robots-tag", "noindex");
  if (file.modifiedAt) headers.set("last-modified", file.modifiedAt.toUTCString());
  const isDownload = new URL(request.url).searchParams.get("download") === "1";
  if (downloadName && isDownload) headers.set("content-disposition", toAttachment(downloadName));
  return headers;
}

/** The exact name for clients that read `filename*`, and a fallback in ASCII for the others. */
function toAttachment(name: string): string {
  return contentDisposition(name.toWellFormed(), { fallback: toAsciiFileName(name) });
}

function isKnown(headers: Headers, file: ServedFile): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) return tags === "*" || listTags(tags).includes(file.etag);
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return file.modifiedAt !== undefined && toSeconds(file.modifiedAt) <= since / 1000;
}

// Here, and only here, a weak tag counts as much as a strong one.
function listTags(header: string): string[] {
  return header.match(/"[^"]*"/g) ?? [];
}

// As precise as HTTP's dates are.
function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

// RFC 9110 defines ranges for GET alone: HEAD describes the whole file.
function findRange(request: Request, file: ServedFile): Range | "unsatisfiable" | undefined {
  if (request.method !== "GET" || !isFresh(request.headers.get("if-range"), file)) return undefined;
  return parseRange(request.headers.get("range") ?? undefined, file.bytes);
}

function isFresh(condition: string | null, { etag, modifiedAt }: ServedFile): boolean {
  if (condition === null) return true;
  return condition === etag ? !etag.startsWith("W/") : condition === modifiedAt?.toUTCString();
}
