import "server-only";
import { openSilenceGuard, type SilenceGuard } from "../deadline";
import { callUpstream } from "./departure";
import { readText } from "./read-text";
import { type Run, runUrl } from "./run-url";
import { type RunStatus, readStatus } from "./runs";
import { addressOf, type Upstream } from "./target";

/** What the upstream said at one moment: as this app reads it, and word for word, with the log as it was sent. */
export type StreamedStatus = { status: RunStatus; body: StatusBody };

export type StatusBody = Record<string, unknown> & { logs?: unknown };

/** The upstream does not stream this status; `answer` is what it said instead. */
export class NoStreamError extends Error {
  override name = "NoStreamError";

  readonly answer: { status: number; text: string };

  constructor(answer: { status: number; text: string }) {
    super(`The stream was answered ${answer.status}`);
    this.answer = answer;
  }
}

const MAX_EVENT_LENGTH = 1024 ** 2;
const MAX_REFUSAL_BYTES = 64 * 1024;
// fal sends a comment every 15 seconds, to keep the line open.
const SILENT_FOR_MS = 45_000;

/**
 * Opens the upstream's stream of a run's status, with its log. What is returned yields each status until the run has ended;
 * it throws when the line breaks, and a `DeadlineError` when it has gone silent. Throws a `NoStreamError`, and what
 * `callUpstream` throws.
 */
export async function openStatusStream(
  run: Run,
  upstream: Upstream,
  signal: AbortSignal,
): Promise<AsyncIterable<StreamedStatus>> {
  const silence = openSilenceGuard(SILENT_FOR_MS, "the status stream");
  try {
    const response = await callUpstream(() =>
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
    let text = "";
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      silence.broken();
      text += part;
      if (text.length > MAX_EVENT_LENGTH) throw new Error("An event of the stream has no end");
      const events = text.split(/\r?\n\r?\n/);
      text = events.pop() ?? "";
      for (const event of events) {
        const said = readEvent(event);
        if (said) yield said;
      }
    }
  } finally {
    silence.end();
  }
}

/** `undefined` for a comment, which only keeps the line open, and for what is no status. */
function readEvent(event: string): StreamedStatus | undefined {
  const data = event
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length))
    .join("\n");
  if (!data) return undefined;
  const body: unknown = JSON.parse(data);
  const status = readStatus({ status: 200, body, isUnbilled: false });
  return status && { status, body: body as StatusBody };
}
