import "server-only";

export type StreamSource = {
  /** The text that is sent at once, so that the head of the answer leaves. */
  first: string;
  /** Returns the next text to send; `undefined` if there is none. Called only when the client is ready for more. */
  next(): string | undefined;
  /** Whether nothing follows the last text. */
  isOver?(): boolean;
  /** Whether the source ended too early. The answer then breaks off, so that no client considers it complete. */
  isBroken?(): boolean;
  /** Called once, whichever side ended the stream. */
  onClose(): void;
};

export type EventStream = {
  response: Response;
  /** Tells the stream that `next` has something. */
  wake(): void;
  /** Sends `last` and ends the stream. */
  end(last?: string): void;
};

const ALIVE_EVERY_MS = 15_000;
/** A client that reads nothing for this long is gone or asleep. */
const STUCK_FOR_MS = 60_000;
/** The stream ends after this time and the client opens another, so that no connection stays open for good. */
const LIFE_MS = 30 * 60_000;

const encoder = new TextEncoder();

/** Opens an answer of server-sent events. It asks its source only when the client reads, so nothing accumulates here. */
export function openEventStream({
  first,
  next,
  isOver,
  isBroken,
  onClose,
}: StreamSource): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let isClosed = false;
  /** Set while the client waits for more text. */
  let answerPull: (() => void) | undefined;
  let readAt = performance.now();

  const send = (text: string) => {
    controller.enqueue(encoder.encode(text));
    readAt = performance.now();
    answerPull?.();
    answerPull = undefined;
  };
  const wake = () => {
    if (isClosed || !answerPull) return;
    const text = next();
    if (text !== undefined) send(text);
    if (!isOver?.()) return;
    if (isBroken?.()) close(() => controller.error(new Error("The source broke off")));
    else end();
  };
  const close = (finish: () => void) => {
    if (isClosed) return;
    isClosed = true;
    clearInterval(keepAlive);
    clearTimeout(life);
    finish();
    answerPull?.();
    onClose();
  };
  const end = (last?: string) =>
    close(() => {
      if (last !== undefined) controller.enqueue(encoder.encode(last));
      controller.close();
    });
  const keepAlive = setInterval(() => {
    if (answerPull) send(": alive\n\n");
    else if (performance.now() - readAt >= STUCK_FOR_MS)
      close(() => controller.error(new DOMException("The client reads nothing", "AbortError")));
  }, ALIVE_EVERY_MS);
  const life = setTimeout(end, LIFE_MS);
  keepAlive.unref();
  life.unref();

  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
        send(first);
      },
      pull: () =>
        new Promise<void>((resolve) => {
          answerPull = resolve;
          wake();
        }),
      cancel: () => close(() => {}),
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(body, { headers: HEADERS }), wake, end };
}

const HEADERS = {
  "content-type": "text/event-stream",
  // A gateway that compresses or buffers would hold the events back.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};
