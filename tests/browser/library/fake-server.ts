import { MOST_REMOVED } from "@/lib/api/most-removed";
import type { LibraryDeps, LibraryPage } from "@/lib/browser/library/deps";
import {
  type Generation,
  type GenerationEvent,
  type GenerationState,
  isWaiting,
} from "@/lib/generation";
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

  const removals = new Map<string, Generation[]>();
  const requireGeneration = (id: string) => {
    const known = generations.get(id);
    if (!known) throw new AppError("not_found");
    return known;
  };
  const removeAll = (ids: readonly string[]) => {
    if (ids.length > MOST_REMOVED) throw new AppError("bad_request");
    const removed = ids.map(requireGeneration).filter((one) => !isWaiting(one));
    for (const one of removed) generations.delete(one.id);
    const id = `removal-${removals.size + 1}`;
    removals.set(id, removed);
    return { id, ids: removed.map((one) => one.id), undoSeconds: 10 };
  };

  const api: LibraryDeps["api"] = {
    readPage: (cursor, query) =>
      answer(
        ["page", cursor, query?.q, query?.filter].filter(Boolean).join(" "),
        (): LibraryPage => {
          const from = Number(cursor ?? 0);
          const found = list().filter(
            ({ input, isStarred }) =>
              input.prompt.includes(query?.q ?? "") && (query?.filter !== "starred" || isStarred),
          );
          const items = found.slice(from, from + PER_PAGE);
          const isLast = from + PER_PAGE >= found.length;
          return { items, nextCursor: isLast ? null : String(from + PER_PAGE) };
        },
      ),
    changeWords: (id, { title, isStarred }) =>
      answer(`words ${id}`, () => {
        const known = requireGeneration(id);
        const changed = {
          ...known,
          ...(title !== undefined && { title: title || undefined }),
          ...(isStarred !== undefined && { isStarred }),
        };
        generations.set(id, changed);
        return changed;
      }),
    publishShare: (id, options) =>
      answer(`publish ${id}`, () => {
        const known = requireGeneration(id);
        const share = {
          ...{ slug: `s-${id}`, url: `/v/s-${id}`, createdAt: known.createdAt, hidePrompt: false },
          ...{ hasPassword: false, allowDownload: true, views: 0, reports: 0 },
          ...known.share,
          ...(options.hidePrompt !== undefined && { hidePrompt: options.hidePrompt }),
          ...(options.allowDownload !== undefined && { allowDownload: options.allowDownload }),
        };
        generations.set(id, { ...known, share });
        return share;
      }),
    removeGenerations: (ids) => answer(`remove ${ids}`, () => removeAll(ids)),
    removeNotMade: () =>
      answer("remove not made", () =>
        removeAll(list().flatMap(({ id, status }) => (status === "refused" ? [id] : []))),
      ),
    removeShares: (ids) =>
      answer(`take back ${ids}`, () => {
        const id = `removal-${removals.size + 1}`;
        removals.set(id, []);
        return { id, ids, undoSeconds: 10 };
      }),
    undoRemoval: (id) =>
      answer(`undo ${id}`, () => {
        const restored = removals.get(id);
        if (!restored) throw new AppError("not_found");
        for (const one of restored) generations.set(one.id, one);
      }),
    readGeneration: (id) => answer(`generation ${id}`, () => generations.get(id)),
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
