import "server-only";
import { create as contentDisposition } from "content-disposition";
import { toAsciiFileName } from "@/lib/file-name";
import { parseRange, type Range } from "@/lib/net/range";
import { getEnv } from "../env";
import type { MediaStore, StoredFile } from "./store";

export type ServeOptions = {
  contentType: string;
  cacheControl: string;
  /** The name of the saved file, for `?download=1`. */
  downloadName?: string;
  /** Lets other sites embed the file. */
  isPublic?: boolean;
  /** How many bytes at the end to leave out. For the visitor the file ends before them. */
  withheldBytes?: number;
};

/** Answers a GET or HEAD. Returns `undefined` if there is no such file. */
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
  if (isHandedOver(options)) return handOver(key, headers);
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
  // The range is always explicit, so that a file that replaces this one cannot change the announced length.
  const body = isBodiless ? null : store.read(key, { start, end });
  return new Response(body, { status: range ? 206 : 200, headers });
}

/** A proxy sends only whole files, so this server sends those that end early for the visitor. */
function isHandedOver({ withheldBytes = 0 }: ServeOptions): boolean {
  return getEnv().MEDIA_DELIVERY === "accel" && withheldBytes === 0;
}

/** Lets the proxy in front send the file. It knows the length, the ranges, the date and a tag of its own. */
function handOver(key: string, headers: Headers): Response {
  for (const name of ["etag", "last-modified", "accept-ranges"]) headers.delete(name);
  headers.set("x-accel-redirect", `/firstframe-media/${key}`);
  return new Response(null, { headers });
}

/** Describes a file as the visitor gets it. A shortened file has no date, because only a tag distinguishes it. */
type ServedFile = Omit<StoredFile, "modifiedAt"> & { modifiedAt?: Date };

// The whole file has the same date, and a cache must not mix them up.
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

/** Names the file exactly for clients that read `filename*`, and in ASCII for the others. */
function toAttachment(name: string): string {
  return contentDisposition(name.toWellFormed(), { fallback: toAsciiFileName(name) });
}

function isKnown(headers: Headers, file: ServedFile): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) return tags === "*" || listTags(tags).includes(file.etag);
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return file.modifiedAt !== undefined && toSeconds(file.modifiedAt) <= since / 1000;
}

// Only this header treats a weak tag like a strong one.
function listTags(header: string): string[] {
  return header.match(/"[^"]*"/g) ?? [];
}

// HTTP dates have a precision of one second.
function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

// RFC 9110 defines ranges only for GET, so HEAD describes the whole file.
function findRange(request: Request, file: ServedFile): Range | "unsatisfiable" | undefined {
  if (request.method !== "GET" || !isFresh(request.headers.get("if-range"), file)) return undefined;
  return parseRange(request.headers.get("range") ?? undefined, file.bytes);
}

function isFresh(condition: string | null, { etag, modifiedAt }: ServedFile): boolean {
  if (condition === null) return true;
  return condition === etag ? !etag.startsWith("W/") : condition === modifiedAt?.toUTCString();
}
