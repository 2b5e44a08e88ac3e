import { createFalClient, type QueueStatus } from "@fal-ai/client";
import { askForStream } from "../http/ask";
import { watchLine } from "../http/line";
import { pageState } from "../page/page-state";
import { proxyUrl } from "./client";

export type StatusOptions = { onStatus: (status: QueueStatus) => void; signal: AbortSignal };

/** The status of a run can't be streamed here. Polling may still be possible. */
export class NoStream extends Error {
  override name = "NoStream";
}

/** The stream has to be opened again. */
class LineGivenUp extends Error {
  override name = "LineGivenUp";
}

// The gate answers with one of these if too many streams are open, or if it has no stream for this run.
const REFUSALS = new Set([400, 403, 405, 429, 501]);

/**
 * Follows a run by fal's own stream of its status. Resolves with the last status when the stream ends, which may be before
 * the run does. Throws `NoStream` if the status cannot be streamed.
 */
export async function streamStatus(
  model: string,
  requestId: string,
  { onStatus, signal }: StatusOptions,
): Promise<QueueStatus | undefined> {
  let isOpen = false;
  const own = new AbortController();
  const failed = Promise.withResolvers<never>();
  const until = AbortSignal.any([signal, own.signal]);
  until.addEventListener("abort", () => failed.reject(until.reason));
  const line = watchLine(pageState, (why) =>
    own.abort(why === "held-back" ? new NoStream() : new LineGivenUp()),
  );
  // The client does not forward a signal, continues to read after an error, and converts every error of `fetch` to its own.
  const open = async (url: string, init?: RequestInit): Promise<Response> => {
    try {
      const response = await askForStream(url, { ...init, signal: until });
      const readable = toReadable(response, line.heard);
      isOpen = response.ok;
      return readable;
    } catch (error) {
      failed.reject(error);
      throw error;
    }
  };
  try {
    const following = createFalClient({
      proxyUrl,
      fetch: (url, init) => open(String(url), init),
    }).queue.subscribeToStatus(model, {
      requestId,
      logs: true,
      mode: "streaming",
      onQueueUpdate: (status) => onStatus(status),
    });
    return await Promise.race([following, failed.promise]);
  } catch (error) {
    // The next attempt says why an open stream was cut, because the client reports every error as an answer of fal.
    const isCut = isOpen && !(error instanceof NoStream) && !signal.aborted;
    if (isCut || error instanceof LineGivenUp) return undefined;
    throw error;
  } finally {
    line.close();
    own.abort();
  }
}

function toReadable(response: Response, onPart: () => void): Response {
  const { status, headers, body, ok } = response;
  if (!ok) {
    if (REFUSALS.has(status)) throw new NoStream();
    return response;
  }
  if (!headers.get("content-type")?.startsWith("text/event-stream") || !body) throw new NoStream();
  const heard = new TransformStream<string, string>({
    transform(part, controller) {
      onPart();
      controller.enqueue(part);
    },
  });
  // The client decodes each chunk separately, so a chunk must not end inside a character.
  const text = body.pipeThrough(new TextDecoderStream()).pipeThrough(heard);
  return new Response(text.pipeThrough(new TextEncoderStream()), { status, headers });
}
