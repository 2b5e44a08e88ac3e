import "server-only";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { isErrorNamed } from "@/lib/named-error";
import { openSilenceGuard, type SilenceGuard } from "../process/deadline";
import { callUpstream } from "./departure";
import { readText } from "./read-text";
import { type Run, runUrl } from "./run-url";
import { type RunStatus, readStatus } from "./runs";
import { addressOf, type Upstream } from "./target";

/** One status of the stream: as this app reads it, and the body as it was sent, with the log. */
export type StreamedStatus = { status: RunStatus; body: StatusBody };

export type StatusBody = Record<string, unknown> & { logs?: unknown };

/** The upstream does not stream this status. `answer` is its answer instead. */
export class NoStreamError extends Error {
  override name = "NoStreamError";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isErrorNamed(value, "NoStreamError");
  }

  readonly answer: { status: number; text: string };

  constructor(answer: { status: number; text: string }) {
    super(`The stream was answered ${answer.status}`);
    this.answer = answer;
  }
}

const MAX_EVENT_LENGTH = 1024 ** 2;
const MAX_REFUSAL_BYTES = 64 * 1024;
// fal sends a comment every 15 seconds, so that the connection stays open.
const SILENT_FOR_MS = 45_000;

/**
 * Opens the upstream's stream of a run's status, with its log. The returned generator yields each status until the run has
 * ended. It throws if the connection breaks, and a `DeadlineError` if the connection goes silent. The call itself throws a
 * `NoStreamError` and what `callUpstream` throws.
 */
export async function openStatusStream(
  run: Run,
  upstream: Upstream,
  signal: AbortSignal,
): Promise<AsyncIterable<StreamedStatus>> {
  const silence = openSilenceGuard(SILENT_FOR_MS, "the status stream");
  try {
    const response = await callUpstream("stream", () =>
      fetch(addressOf(runUrl(run, "/status/stream?logs=1"), upstream), {
        headers: { accept: "text/event-stream", authorization: upstream.authorization },
        redirect: "error",
        cache: "no-store",
        signal: AbortSignal.any([signal, silence.signal]),
      }),
    );
    if (!response.ok || !response.body) {
      const text = await readText(response, MAX_REFUSAL_BYTES);
      throw new NoStreamError({ status: response.status, text });
    }
    return readStatuses(response.body, silence);
  } catch (error) {
    silence.end();
    throw error;
  }
}

async function* readStatuses(
  body: NonNullable<Response["body"]>,
  silence: SilenceGuard,
): AsyncGenerator<StreamedStatus> {
  try {
    const events = body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(tellOfEach(silence.broken))
      .pipeThrough(new EventSourceParserStream({ maxBufferSize: MAX_EVENT_LENGTH }));
    for await (const { data } of events) {
      const said = readData(data);
      if (said) yield said;
    }
  } finally {
    silence.end();
  }
}

/** Passes each part on and reports it, because a comment also shows that the connection is open. */
function tellOfEach(tell: () => void): TransformStream<string, string> {
  return new TransformStream({
    transform(part, controller) {
      tell();
      controller.enqueue(part);
    },
  });
}

/** Returns `undefined` if the data is no status. */
function readData(data: string): StreamedStatus | undefined {
  const body: unknown = JSON.parse(data);
  const status = readStatus({ status: 200, body, isUnbilled: false });
  return status && { status, body: body as StatusBody };
}
