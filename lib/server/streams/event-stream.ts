import "server-only";

export type StreamSource = {
  /** Sent at once, so that the head of the answer leaves. */
  first: string;
  /** What is to be sent now; `undefined` when there is nothing. Asked only when the client takes more. */
  take(): string | undefined;
  /** Whether nothing comes after what was taken. */
  isOver?(): boolean;
  /** Whether it is over before its time: the answer then breaks off, so that no client takes it for whole. */
  isBroken?(): boolean;
  /** Called once, whoever ended the stream. */
  onClose(): void;
};

export type EventStream = {
  response: Response;
  /** There is something to take. */
  wake(): void;
  /** Sends `last` and ends the stream. */
  end(last?: string): void;
};

const ALIVE_EVERY_MS = 15_000;
/** A client that takes nothing for so long is gone, or asleep. */
const STUCK_FOR_MS = 60_000;
/** Then the stream ends and the client opens another: no line is kept for good. */
const LIFE_MS = 30 * 60_000;

const encoder = new TextEncoder();

/** An answer of server-sent events. A client that reads slowly is asked for, not written to: nothing piles up here. */
export function openEventStream({
  first,
  take,
  isOver,
  isBroken,
  onClose,
}: StreamSource): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  let isClosed = false;
  /** Set while the client waits for more. */
  let answerPull: (() => void) | undefined;
  let takenAt = performance.now();

  const send = (text: string) => {
    controller.enqueue(encoder.encode(text));
    takenAt = performance.now();
    answerPull?.();
    answerPull = undefined;
  };
  const wake = () => {
    if (isClosed || !answerPull) return;
    const text = take();
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
    else if (performance.now() - takenAt >= STUCK_FOR_MS)
      close(() => controller.error(new DOMException("The client takes nothing", "AbortError")));
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
  // A gateway that compresses or collects would hold the events back.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};
