import "server-only";
import { create as contentDisposition } from "content-disposition";
import { type GuardedResponse, guardedFetch, HostRefusedError } from "@/lib/net/guarded-fetch";
import { concat } from "@/lib/picture/bytes";
import { HEAD_BYTES, readFormat } from "@/lib/picture/format";
import { shortenName } from "@/lib/picture/name";
import { AppError } from "@/lib/problems";

/** The largest picture file, before the browser has made it fit the model. */
export const MAX_FETCHED_BYTES = 50 * 1024 * 1024;
const FETCHED_WITHIN_MS = 20_000;
const MAX_REDIRECTS = 3;

type Chunks = AsyncIterator<Uint8Array>;

type FetchOptions = {
  signal?: AbortSignal;
  /** This and the two below are for tests. A visitor's address must never lead to a private network. */
  allowPrivateHosts?: boolean;
  timeoutMs?: number;
  maxBytes?: number;
};

/**
 * Fetches the picture at an address that a visitor named, for that visitor's page. The body breaks off if it is too large or
 * too slow. Throws `picture_address_refused`, `picture_is_drawing` and `picture_not_fetched`.
 */
export async function fetchPictureAt(url: URL, options: FetchOptions = {}): Promise<Response> {
  const answer = await call(url, options);
  const chunks = answer.body[Symbol.asyncIterator]();
  const named = readType(answer);
  const head = isOfNoKind(named) ? await readHead(chunks, answer) : undefined;
  const type = head ? pictureTypeOf(head) : named;
  const problem = findProblem(answer.status, type);
  if (problem) {
    answer.drop();
    throw new AppError(problem);
  }
  return pictureAnswer(toStream(chunks, answer, head), type);
}

/** Answers with a stranger's bytes in a form that our script can read but that no browser shows as a page. */
export function pictureAnswer(body: BodyInit, type: string, name?: string): Response {
  const filename = (name && shortenName(name)) || undefined;
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": contentDisposition(filename, { fallback: false }),
      "cache-control": "no-store",
    },
  });
}

/** Whether it is the type of a picture with pixels. */
function isPictureType(type: string): boolean {
  return /^image\/[\w.+-]{1,40}$/.test(type) && !isDrawing(type);
}

async function call(url: URL, options: FetchOptions): Promise<GuardedResponse> {
  const { signal, allowPrivateHosts = false, timeoutMs = FETCHED_WITHIN_MS } = options;
  // The guard's own deadline restarts at each redirect. This one covers all of them together.
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await guardedFetch(url, {
      allowPrivateHosts,
      timeoutMs,
      maxBytes: options.maxBytes ?? MAX_FETCHED_BYTES,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      redirects: MAX_REDIRECTS,
      // A user name and password in the address would be sent along, and no picture needs them.
      isAllowed: ({ username, password }) => `${username}${password}` === "",
      headers: { accept: "image/*", "user-agent": "Firstframe" },
    });
  } catch (error) {
    const isRefused = error instanceof HostRefusedError;
    throw new AppError(isRefused ? "picture_address_refused" : "picture_not_fetched", {
      cause: error,
    });
  }
}

/** The types that an object store sends if nobody told it the type of its file. */
function isOfNoKind(type: string): boolean {
  return ["", "application/octet-stream", "binary/octet-stream"].includes(type);
}

async function readHead(chunks: Chunks, { drop }: GuardedResponse): Promise<Uint8Array> {
  let head = new Uint8Array();
  try {
    while (head.length < HEAD_BYTES) {
      const { done, value } = await chunks.next();
      if (done) break;
      head = concat([head, value]);
    }
    return head;
  } catch (error) {
    drop();
    throw new AppError("picture_not_fetched", { cause: error });
  }
}

/** Returns the type that the first bytes of a picture show, or "" if they show none. */
export function pictureTypeOf(head: Uint8Array): string {
  const format = readFormat(head);
  return format === "svg" ? "image/svg+xml" : format ? `image/${format}` : "";
}

function toStream(
  chunks: Chunks,
  { drop }: GuardedResponse,
  head: Uint8Array | undefined,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (head?.length) controller.enqueue(head);
    },
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    // The body releases its connection by itself only after the first read.
    cancel: drop,
  });
}

function readType({ headers }: GuardedResponse): string {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}

function findProblem(status: number, type: string) {
  if (status !== 200) return "picture_not_fetched";
  if (isDrawing(type)) return "picture_is_drawing";
  return isPictureType(type) ? undefined : "picture_not_fetched";
}

function isDrawing(type: string): boolean {
  return type.startsWith("image/svg");
}
