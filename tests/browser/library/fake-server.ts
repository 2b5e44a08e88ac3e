import type { LibraryDeps, LibraryPage } from "@/lib/browser/library/deps";
import type { Generation, GenerationEvent, GenerationState } from "@/lib/generation";
import { AppError } from "@/lib/problems";

type Outcome = { event: GenerationEvent; id?: string };
type Submit = { key: string; isRepeat: boolean; answer: (outcome?: Outcome) => void };

const PER_PAGE = 24;

/** What the library requests: pages and a stream, over a connection that the test can cut. */
export function openFakeServer() {
  const generations = new Map<string, Generation>();
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const asked: string[] = [];
  const submits: Submit[] = [];
  let isDown = false;
  let isHoldingBack = false;
  let isSignedOut = false;
  let eventId = 100;
  const encoder = new TextEncoder();
  const send = (text: string) => {
    for (const stream of streams) if (!isHoldingBack) stream.enqueue(encoder.encode(text));
  };
  const told: { id: number; text: string }[] = [];
  const tell = (event: string, data: unknown) => {
    const id = ++eventId;
    const text = `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
    told.push({ id, text });
    send(text);
  };

  const answer = <T>(name: string, find: () => T): Promise<T> => {
    asked.push(name);
    if (isDown) return Promise.reject(new TypeError("Failed to fetch"));
    if (isSignedOut) return Promise.reject(new AppError("signed_out"));
    return Promise.resolve().then(find);
  };
  const list = () =>
    [...generations.values()].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));

  const api: LibraryDeps["api"] = {
    readPage: (cursor) =>
      answer(cursor === undefined ? "page" : `page ${cursor}`, (): LibraryPage => {
        const from = Number(cursor ?? 0);
        const items = list().slice(from, from + PER_PAGE);
        const isLast = from + PER_PAGE >= generations.size;
        return { items, nextCursor: isLast ? null : String(from + PER_PAGE) };
      }),
    readGeneration: (id) => answer(`generation ${id}`, () => generations.get(id)),
    deleteGeneration: (id) => answer(`delete ${id}`, () => void generations.delete(id)),
  };

  return {
    api,
    asked,
    submits,
    submit: ((_model, _input, { key, isRepeat, signal }) =>
      new Promise((resolve) => {
        submits.push({ key, isRepeat, answer: resolve });
        signal.addEventListener("abort", () => resolve(undefined));
      })) satisfies LibraryDeps["fal"]["submit"],
    openStream: ((lastId, signal) =>
      answer(`stream ${lastId ?? "from now"}`, () => {
        let stream: ReadableStreamDefaultController<Uint8Array>;
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            stream = controller;
            streams.add(controller);
            if (isHoldingBack) return;
            const first = lastId === undefined ? `id: ${eventId}\n` : "";
            controller.enqueue(encoder.encode(`: open\nretry: 1000\n${first}\n`));
            const missed = lastId === undefined ? [] : told.filter(({ id }) => id > Number(lastId));
            for (const { text } of missed) controller.enqueue(encoder.encode(text));
          },
          cancel: () => void streams.delete(stream),
        });
        signal.addEventListener("abort", () => {
          if (streams.delete(stream)) stream.error(signal.reason);
        });
        return new Response(body);
      })) satisfies LibraryDeps["openStream"],
    streams: () => streams.size,
    /** Records a generation without sending an event. */
    record(id: string, state: GenerationState, more: Partial<Generation> = {}): Generation {
      const known = generations.get(id);
      const generation = {
        ...{ id, click: `click-of-${id}`, model: "a-model" },
        input: { prompt: id, prompt_optimizer: true },
        cost: { usd: 0, charged: "unknown" },
        createdAt: new Date(Date.now() + generations.size).toISOString(),
        ...(known && { click: known.click, createdAt: known.createdAt }),
        ...more,
        ...state,
      } as Generation;
      generations.set(id, generation);
      return generation;
    },
    tell: (generation: Generation) => tell("generation", generation),
    remove: (id: string) => generations.delete(id),
    tellDeleted: (id: string, click = `click-of-${id}`) => tell("deleted", { id, click }),
    tellReload: () => tell("reload", {}),
    say: send,
    alive: () => send(": alive\n\n"),
    signOut() {
      isSignedOut = true;
      send("event: signed_out\ndata: {}\n\n");
      for (const stream of streams) stream.close();
      streams.clear();
    },
    signIn: () => {
      isSignedOut = false;
    },
    /** Breaks every stream. New ones can be opened unless the server is down. */
    cut() {
      for (const stream of streams) stream.error(new TypeError("network error"));
      streams.clear();
    },
    /** Ends the streams like a server that restarts. */
    endStreams() {
      for (const stream of streams) stream.close();
      streams.clear();
    },
    down(is: boolean) {
      isDown = is;
    },
    holdBack(is: boolean) {
      isHoldingBack = is;
    },
  };
}
