import { ApiError, createFalClient } from "@fal-ai/client";
import { z } from "zod/mini";
import { ANSWER_MARK } from "@/lib/api/answer-mark";
import { type Problem, problem } from "@/lib/problems";
import { proxyUrl, UPSTREAM_SILENT_MS } from "../fal/client";
import { toProblem } from "../fal/problem";
import { untilWorthATry, waitAfter } from "../fal/retry";
import { ask, StrangeAnswer, toLineProblem } from "../http/ask";
import { fetchSmall, Silence } from "../http/fetch-within";

export const UPLOAD_TRIES = 4;
const SILENT_MS = 30_000;

type UploadOptions = {
  /** `fraction` of this try's bytes have left, from 0 to 1; the first `attempt` is 1. */
  onProgress: (fraction: number, attempt: number) => void;
  signal: AbortSignal;
};

/**
 * Uploads through fal's storage and returns the address to send as `image_url`. A line that breaks or goes silent is
 * given up, and the upload tried again on a new one.
 */
export async function uploadPicture(
  picture: File,
  { onProgress, signal }: UploadOptions,
): Promise<string> {
  const place: Place = {};
  for (let attempt = 1; ; attempt++) {
    try {
      if (place.url && (await isComplete(place.url, picture))) return place.url;
      return await send(picture, place, {
        onProgress: (fraction) => onProgress(fraction, attempt),
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === UPLOAD_TRIES || !isOfTheLine(error)) throw error;
      onProgress(0, attempt + 1);
      await untilWorthATry(waitAfter(attempt - 1), signal);
      signal.throwIfAborted();
    }
  }
}

/** Where a try would have put the picture, once all its bytes have left: only the answer may be missing. */
type Place = { url?: string };

type SendOptions = { onProgress: (fraction: number) => void; signal: AbortSignal };

async function send(picture: File, place: Place, options: SendOptions): Promise<string> {
  let fileUrl: string | undefined;
  const call: typeof fetch = async (url, init) => {
    if (init?.method === "PUT" && init.body instanceof Blob) {
      const onSent = () => {
        place.url = fileUrl;
      };
      return put(String(url), init.body, { ...options, onSent });
    }
    const answer = await ask(String(url), { ...init, signal: options.signal }, UPSTREAM_SILENT_MS);
    fileUrl = startSchema.safeParse(await answer.clone().json()).data?.file_url;
    return answer;
  };
  place.url = undefined;
  return createFalClient({ proxyUrl, fetch: call }).storage.upload(picture);
}

const startSchema = z.object({ file_url: z.string() });

/** Whether all of a picture is there, though the answer to its upload was lost. */
async function isComplete(url: string, { size }: File): Promise<boolean> {
  try {
    const { ok, headers } = await fetchSmall(url, { method: "HEAD", cache: "no-store" });
    return ok && Number(headers.get("content-length")) === size;
  } catch {
    return false;
  }
}

/** Whether another connection may help. */
function isOfTheLine(error: unknown): boolean {
  if (error instanceof ApiError || error instanceof Refused || !navigator.onLine) return false;
  // A refusal stays one: 413, 403 and the like.
  return !(error instanceof StrangeAnswer) || error.status >= 500 || error.status < 400;
}

/** Why a picture was not uploaded: what this server, fal or a gateway says of it, else that the line broke. */
export function toUploadProblem(error: unknown): Problem {
  if (error instanceof StrangeAnswer) return { ...toLineProblem(error), charged: "no" };
  if (!navigator.onLine) return problem("offline");
  const found = error instanceof ApiError ? toProblem(error) : undefined;
  return found && found.charged === "no" && found.code !== "input_refused"
    ? found
    : problem("upload_failed");
}

/** The file host wants none of it. What it says of its own address is no word of fal on the account. */
class Refused extends Error {
  override name = "Refused";
}

type PutOptions = SendOptions & { onSent: () => void };

// fetch tells nothing of a request body's progress; XMLHttpRequest does.
function put(
  url: string,
  body: Blob,
  { onProgress, onSent, signal }: PutOptions,
): Promise<Response> {
  const request = new XMLHttpRequest();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sent = new Promise<Response>((resolve, reject) => {
    const listen = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reject(new Silence());
        request.abort();
      }, SILENT_MS);
    };
    request.open("PUT", url);
    request.setRequestHeader("Content-Type", body.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => {
      listen();
      onProgress(total ? loaded / total : 0);
    };
    request.upload.onload = onSent;
    request.onload = () => {
      const error = findError(url, request);
      if (error) reject(error);
      else resolve(new Response(request.responseText, { status: request.status }));
    };
    request.onerror = () => reject(new TypeError("The upload broke off"));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    listen();
    request.send(body);
  });
  return sent.finally(() => clearTimeout(timer));
}

function findError(url: string, request: XMLHttpRequest): Error | undefined {
  const { status } = request;
  // fal's own file hosts bear no mark of ours.
  const isOurs = new URL(url, location.href).origin === location.origin;
  if (isOurs && request.getResponseHeader(ANSWER_MARK) === null) return new StrangeAnswer(status);
  if (status < 400) return undefined;
  const message = `The upload was answered ${status}`;
  return status < 500 ? new Refused(message) : new TypeError(message);
}
