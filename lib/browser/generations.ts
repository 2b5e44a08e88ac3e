import type { LogLine } from "@/lib/browser/progress";
import {
  advance,
  type Generation,
  type GenerationEvent,
  type GenerationInput,
  isSettled,
  isWaiting,
} from "@/lib/generation";
import type { Problem } from "@/lib/problems";
import { toGatewayProblem, toLineProblem } from "./ask";
import { cancel, submit, untilWorthATry, watch } from "./fal";
import { deleteGeneration, readGeneration, readPage, readWhenEnded } from "./library-api";
import { forgetClick, keepClick, type PendingClick, readClicks } from "./pending-clicks";
import { serverNow } from "./server-clock";

/** A generation and what only this tab knows of it. Its click names it from the first moment on. */
export type Watched = {
  generation: Generation;
  log: readonly LogLine[];
  trouble?: Problem;
  isCancelling?: boolean;
  /** The server has not said yet that it has it. */
  isLocal?: boolean;
};

/** What a tab knows of the first frame before the server has looked at it. */
export type FirstFrame = Pick<Generation, "picture" | "thumbnail">;

/** `more`: whether older ones are to be had, are on their way, or could not be had. */
export type Library = {
  watched: readonly Watched[];
  more: "none" | "ready" | "loading" | "failed";
  /** What answered in the server's place when older ones could not be had. */
  gateway?: Problem;
};

type Listener = (library: Library) => void;

const LOOKED_FOR_MS = 60 * 60_000;
/** What is older is not sent by itself any more: nobody would expect it. Its words are still in the draft. */
const PENDING_FOR_MS = 60 * 60_000;
const FIRST_WAIT_MS = 400;
const ASK_AGAIN_AFTER_MS = 1_000;
const LONGEST_WAITS_MS = { submitting: 1_000, waiting: 5_000, archiving: 10_000, lost: 15_000 };

let library: Library = { watched: [], more: "loading" };
let nextCursor: string | null | undefined;
let isOpen = false;
const following = new Map<string, AbortController>();
const sending = new Map<string, AbortController>();
const listeners = new Set<Listener>();
// What one tab changes, the others show.
const otherTabs = new BroadcastChannel("firstframe.library");

/** This browser's generations, newest first, and each change from now on. */
export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  listener(library);
  if (!isOpen) open();
  return () => listeners.delete(listener);
}

/** Loads the next older ones; after a failure, tries again. */
export async function loadMore(): Promise<void> {
  if (nextCursor === null) return;
  publish({ more: "loading", gateway: undefined });
  try {
    const page = await readPage(nextCursor);
    nextCursor = page.nextCursor;
    adopt(page.items);
    publish({ more: nextCursor === null ? "none" : "ready" });
  } catch (error) {
    publish({ more: "failed", gateway: toGatewayProblem(error) });
  }
}

/** Submits once and watches it to its end. Returns its click at once. */
export function start(model: string, input: GenerationInput, picture?: FirstFrame): string {
  const click =
    crypto.randomUUID?.() ?? `click-${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const pending = {
    click,
    model,
    input,
    ...picture,
    createdAt: new Date(serverNow()).toISOString(),
  };
  keepClick(pending);
  show([pending]);
  void send(pending, { isRepeat: false });
  return click;
}

/** Asks the upstream to stop. Whether it did is what the watch then says. */
export async function stop(click: string): Promise<void> {
  const generation = find(click)?.generation;
  if (generation?.status !== "queued" && generation?.status !== "running") return;
  patch(click, { isCancelling: true });
  try {
    await cancel(generation.model, generation.requestId);
  } catch (error) {
    patch(click, { isCancelling: false, trouble: toLineProblem(error) });
  }
}

/** Deletes it for good. Throws when the server could not. */
export async function remove(click: string): Promise<void> {
  const watched = find(click);
  if (!watched) return;
  if (!watched.isLocal) await deleteGeneration(watched.generation.id);
  drop(click);
  otherTabs.postMessage("changed");
}

function open(): void {
  isOpen = true;
  otherTabs.addEventListener("message", reloadNewest);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void reloadNewest();
  });
  void loadMore();
  // Those that the server has answered for meanwhile come with the library, too.
  const pending = readClicks(serverNow(), PENDING_FOR_MS);
  show(pending);
  for (const one of pending) void send(one, { isRepeat: true });
}

/** What the server has not said yet that it has. */
function show(pending: readonly PendingClick[]): void {
  const watched = pending.map((one): Watched => {
    const cost = { usd: 0, charged: "unknown" } as const;
    const generation: Generation = { ...one, id: one.click, cost, status: "submitting" };
    return { generation, log: [], isLocal: true };
  });
  publish({ watched: [...watched, ...library.watched] });
}

async function send(
  { click, model, input }: PendingClick,
  { isRepeat }: { isRepeat: boolean },
): Promise<void> {
  const controller = new AbortController();
  sending.set(click, controller);
  const outcome = await submit(model, input, {
    key: click,
    isRepeat,
    onTrouble: (trouble) => patch(click, { trouble }),
    signal: controller.signal,
  });
  settle(click);
  // The library has brought it, or nobody wants to know any more.
  if (!outcome) return;
  const { event, id } = outcome;
  report(click, event);
  otherTabs.postMessage("changed");
  if (id) changeGeneration(click, (generation) => ({ ...generation, id }), { isLocal: false });
  // How it was refused or lost, and under which id, the server has written down.
  else await reloadNewest();
  follow(click);
}

/** Nothing more is to be asked of it. */
function settle(click: string): void {
  sending.get(click)?.abort();
  sending.delete(click);
  forgetClick(click);
}

async function reloadNewest(): Promise<void> {
  try {
    // What came while the answer was on its way is not in it, and not deleted.
    const known = library.watched.filter(({ isLocal }) => !isLocal);
    const { items } = await readPage();
    dropDeleted(known, items);
    adopt(items);
  } catch {
    // What is shown stays; the next occasion brings the rest.
  }
}

/** Takes in what the server has written down. */
function adopt(generations: readonly Generation[]): void {
  const byClick = new Map(library.watched.map((watched) => [watched.generation.click, watched]));
  for (const generation of generations) {
    const known = byClick.get(generation.click);
    byClick.set(generation.click, { log: [], ...known, ...merge(known, generation) });
  }
  const watched = [...byClick.values()].toSorted(
    ({ generation: a }, { generation: b }) =>
      b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id),
  );
  publish({ watched });
  for (const { click } of generations) {
    settle(click);
    follow(click);
  }
}

function merge(
  known: Watched | undefined,
  generation: Generation,
): Partial<Watched> & Pick<Watched, "generation"> {
  // Until there is a poster, the size of the picture is known to the tab that dropped it alone.
  const picture = generation.picture ?? known?.generation.picture;
  // What is shown already stays: another address of it would be loaded, and decoded as the video begins.
  const thumbnail = known?.generation.thumbnail ?? generation.thumbnail;
  return {
    generation: { ...generation, ...(picture && { picture }), ...(thumbnail && { thumbnail }) },
    isLocal: false,
    trouble: undefined,
    isCancelling: isWaiting(generation) ? known?.isCancelling : false,
  };
}

/** Of those that the newest page spans, what it does not list was deleted in another tab. */
function dropDeleted(known: readonly Watched[], newest: readonly Generation[]): void {
  const clicks = new Set(newest.map(({ click }) => click));
  const oldest = newest.at(-1)?.createdAt ?? "";
  for (const { generation } of known) {
    if (generation.createdAt > oldest && !clicks.has(generation.click)) drop(generation.click);
  }
}

function follow(click: string): void {
  const watched = find(click);
  if (!watched || watched.isLocal || following.has(click) || !isOpenEnded(watched.generation))
    return;
  const controller = new AbortController();
  following.set(click, controller);
  void followToEnd(click, controller.signal).finally(() => following.delete(click));
}

async function followToEnd(click: string, signal: AbortSignal): Promise<void> {
  let lastStatus: Generation["status"] | undefined;
  let looks = 0;
  while (!signal.aborted) {
    const generation = find(click)?.generation;
    if (!generation || !isOpenEnded(generation)) return;
    looks = generation.status === lastStatus ? looks + 1 : 0;
    lastStatus = generation.status;
    if (generation.status === "queued" || generation.status === "running") {
      const ended = await untilRunEnds(generation, generation.requestId, signal);
      if (ended && !signal.aborted) {
        adopt([ended]);
        continue;
      }
    }
    if (looks > 0 || !isWaiting(generation)) {
      await untilWorthATry(Math.min(FIRST_WAIT_MS * 1.5 ** looks, longestWait(generation)), signal);
    }
    if (!signal.aborted) await refresh(click, generation.id);
  }
}

/**
 * Watches a run's place, start and log by asking now and then, while one question is held open for its end. Resolves
 * with the generation if that answer was first.
 */
async function untilRunEnds(
  { click, id, model }: Generation,
  requestId: string,
  signal: AbortSignal,
): Promise<Generation | undefined> {
  const over = new AbortController();
  const untilThen = AbortSignal.any([signal, over.signal]);
  const watching = watchRun(click, model, requestId, untilThen).then(() => undefined);
  const ended = await Promise.race([watching, holdForEnd(id, untilThen)]);
  over.abort();
  return ended;
}

// HTTP/1.1 gives a browser six connections to a host: all its tabs together hold one.
function holdForEnd(id: string, signal: AbortSignal): Promise<Generation | undefined> {
  const never = new Promise<undefined>(() => {});
  // Pages without a secure origin have no locks: they go by asking alone.
  if (!navigator.locks) return never;
  const ask = async () => {
    while (!signal.aborted) {
      const ended = await readWhenEnded(id, signal).catch(() => undefined);
      if (ended) return ended;
      await untilWorthATry(ASK_AGAIN_AFTER_MS, signal);
    }
    return undefined;
  };
  return navigator.locks.request("firstframe.end", { signal }, ask).then(
    (ended) => ended ?? never,
    () => never,
  );
}

function watchRun(click: string, model: string, requestId: string, signal: AbortSignal) {
  return watch(model, requestId, {
    signal,
    onEvent: (event) => report(click, event),
    onLog: (log) => patch(click, { log }),
    onTrouble: (trouble) => {
      if (find(click)?.trouble !== trouble) patch(click, { trouble });
    },
  });
}

async function refresh(click: string, id: string): Promise<void> {
  try {
    const generation = await readGeneration(id);
    if (generation) adopt([generation]);
    else drop(click);
  } catch (error) {
    patch(click, { trouble: toLineProblem(error) });
  }
}

/** Whether more may happen without this tab: also one whose answer was lost may be found again. */
function isOpenEnded(generation: Generation): boolean {
  const age = serverNow() - Date.parse(generation.createdAt);
  return !isSettled(generation) || (generation.status === "unconfirmed" && age < LOOKED_FOR_MS);
}

function longestWait(generation: Generation): number {
  if (generation.status === "submitting") return LONGEST_WAITS_MS.submitting;
  if (generation.status === "unconfirmed") return LONGEST_WAITS_MS.lost;
  return isWaiting(generation) ? LONGEST_WAITS_MS.waiting : LONGEST_WAITS_MS.archiving;
}

function report(click: string, event: GenerationEvent): void {
  changeGeneration(click, (generation) => {
    const state = advance(generation, event, new Date(serverNow()));
    if (state === generation) return generation;
    const { id, model, input, picture, poster, thumbnail, cost, createdAt } = generation;
    return { id, click, model, input, picture, poster, thumbnail, cost, createdAt, ...state };
  });
}

function changeGeneration(
  click: string,
  change: (generation: Generation) => Generation,
  more: Partial<Watched> = {},
): void {
  const watched = find(click);
  if (watched) patch(click, { generation: change(watched.generation), ...more });
}

function drop(click: string): void {
  settle(click);
  following.get(click)?.abort();
  publish({ watched: library.watched.filter(({ generation }) => generation.click !== click) });
}

function find(click: string): Watched | undefined {
  return library.watched.find(({ generation }) => generation.click === click);
}

function patch(click: string, change: Partial<Watched>): void {
  publish({
    watched: library.watched.map((watched) =>
      watched.generation.click === click ? { ...watched, ...change } : watched,
    ),
  });
}

function publish(change: Partial<Library>): void {
  library = { ...library, ...change };
  for (const listener of listeners) listener(library);
}
