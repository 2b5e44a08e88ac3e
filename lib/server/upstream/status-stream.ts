import "server-only";
import { openSilenceGuard } from "../deadline";
import { type Run, runUrl } from "./run-url";
import { type RunStatus, readStatus } from "./runs";
import { addressOf, type Upstream } from "./target";

const MAX_EVENT_LENGTH = 1024 ** 2;
// fal sends a comment every 15 seconds, to keep the line open.
const SILENT_FOR_MS = 45_000;

/**
 * What the upstream says of a run whenever it has news, until it has ended. Throws what `fetch` does, and a
 * `DeadlineError` when the line has gone silent.
 */
export async function* streamStatus(
  run: Run,
  upstream: Upstream,
  signal: AbortSignal,
): AsyncGenerator<RunStatus> {
  const silence = openSilenceGuard(SILENT_FOR_MS, "the status stream");
  try {
    const response = await fetch(addressOf(runUrl(run, "/status/stream?logs=0"), upstream), {
      headers: { accept: "text/event-stream", authorization: upstream.authorization },
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}`);
    let text = "";
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      silence.broken();
      text += part;
      if (text.length > MAX_EVENT_LENGTH) throw new Error("An event of the stream has no end");
      const events = text.split(/\r?\n\r?\n/);
      text = events.pop() ?? "";
      for (const event of events) {
        const status = readEvent(event);
        if (status) yield status;
      }
    }
  } finally {
    silence.end();
  }
}

/** `undefined` for a comment, which only keeps the line open. */
function readEvent(event: string): RunStatus | undefined {
  const data = event
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length))
    .join("\n");
  return data ? readStatus({ status: 200, body: JSON.parse(data), isUnbilled: false }) : undefined;
}
