import { createParser } from "eventsource-parser";
import { type LineEnd, watchLine } from "../http/line";
import type { PageState } from "../page/page-state";
import { type LibraryEvent, parseEvent } from "./event";

type Listener = {
  onOpen(): void;
  /** Something arrived, such as a comment. */
  onAlive(): void;
  onId(id: string): void;
  onEvent(event: LibraryEvent): void;
};

const MOST_CHARACTERS = 1_000_000;

/** Reads one connection until the server ends it or `watchLine` gives it up. Throws what `open` and reading throw. */
export async function readConnection(
  open: (signal: AbortSignal) => Promise<Response>,
  listener: Listener,
  page: PageState,
  signal: AbortSignal,
): Promise<"ended" | LineEnd> {
  const own = new AbortController();
  const until = AbortSignal.any([signal, own.signal]);
  let end: "ended" | LineEnd = "ended";
  const line = watchLine(page, (why) => {
    end = why;
    own.abort();
  });
  const parser = createParser({
    maxBufferSize: MOST_CHARACTERS,
    onId: listener.onId,
    onEvent({ event, data }) {
      const parsed = parseEvent(event, data);
      if (parsed) listener.onEvent(parsed);
    },
  });
  try {
    let isOpen = false;
    for await (const text of readText(await open(until))) {
      if (until.aborted) break;
      line.heard();
      if (!isOpen) listener.onOpen();
      isOpen = true;
      parser.feed(text);
      listener.onAlive();
    }
  } catch (error) {
    if (!until.aborted) throw error;
  } finally {
    line.close();
    own.abort();
  }
  return end;
}

// In Safari, a stream is not iterable.
async function* readText({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return;
    yield part.value;
  }
}
