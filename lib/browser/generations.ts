import {
  advance,
  type Generation,
  type GenerationEvent,
  type GenerationInput,
  isActive,
} from "@/lib/generation";
import { type Problem, problem } from "@/lib/problems";
import type { LogLine } from "@/lib/progress";
import { cancel, submit, watch } from "./fal";
import { forget, forgetOldest, readRemembered, remember } from "./remembered";

/** A generation and what only this tab knows of it. */
export type Watched = {
  generation: Generation;
  log: readonly LogLine[];
  trouble?: Problem;
  isCancelling?: boolean;
};

type Listener = (watched: readonly Watched[]) => void;

// A reload in the middle of a submit loses its answer: after this nobody in this browser is waiting for it.
const SUBMIT_IS_LOST_AFTER_MS = 30_000;

let all: readonly Watched[] | undefined;
const watching = new Map<string, AbortController>();
const listeners = new Set<Listener>();

/** Every generation that this browser remembers, newest first, and each change from now on. */
export function subscribe(listener: Listener): () => void {
  all ??= open();
  listeners.add(listener);
  listener(all);
  return () => listeners.delete(listener);
}

/** Submits once, remembers it before anything is sent, and watches it to its end. Returns its id at once. */
export function start(
  model: string,
  input: GenerationInput,
  picture: Generation["picture"],
): string {
  const id = crypto.randomUUID?.() ?? String(Date.now() + Math.random());
  const generation: Generation = {
    id,
    model,
    input,
    picture,
    createdAt: new Date().toISOString(),
    status: "submitting",
  };
  all = [{ generation, log: [] }, ...(all ?? open())];
  remember(generation);
  publish();
  void submit(model, input).then((event) => {
    report(id, event);
    follow(id);
  });
  return id;
}

/** Asks the upstream to stop. Whether it did is what the watch then says. */
export async function stop(id: string): Promise<void> {
  const generation = find(id)?.generation;
  if (generation?.status !== "queued" && generation?.status !== "running") return;
  patch(id, { isCancelling: true });
  try {
    await cancel(generation.model, generation.requestId);
  } catch {
    patch(id, {
      isCancelling: false,
      trouble: problem(navigator.onLine ? "server_unreachable" : "offline"),
    });
  }
}

/** Takes it out of this browser's memory. */
export function remove(id: string): void {
  watching.get(id)?.abort();
  watching.delete(id);
  forget(id);
  all = (all ?? []).filter(({ generation }) => generation.id !== id);
  publish();
}

/** Brings back what `remove` took out. */
export function restore(generation: Generation): void {
  remember(generation);
  adoptOthers();
}

function open(): readonly Watched[] {
  const generations = forgetOldest(readRemembered());
  addEventListener("storage", adoptOthers);
  // After the list is in place: what they report goes into it.
  queueMicrotask(() => {
    for (const { id } of generations) follow(id);
  });
  return generations.map((generation) => ({ generation, log: [] }));
}

function follow(id: string): void {
  const generation = find(id)?.generation;
  if (!generation || !isActive(generation) || watching.has(id)) return;
  if (generation.status === "submitting") {
    const age = Date.now() - Date.parse(generation.createdAt);
    setTimeout(
      () => report(id, { type: "answer-lost", problem: problem("unconfirmed") }),
      Math.max(0, SUBMIT_IS_LOST_AFTER_MS - age),
    );
    return;
  }
  if (generation.status !== "queued" && generation.status !== "running") return;

  const controller = new AbortController();
  watching.set(id, controller);
  void watch(generation.model, generation.requestId, {
    signal: controller.signal,
    onEvent: (event) => report(id, event),
    onLog: (log) => patch(id, { log }),
    onTrouble: (trouble) => {
      if (find(id)?.trouble !== trouble) patch(id, { trouble });
    },
  }).finally(() => watching.delete(id));
}

function report(id: string, event: GenerationEvent): void {
  const watched = find(id);
  if (!watched) return;
  const generation = advance(watched.generation, event, new Date());
  if (generation === watched.generation) return;
  remember(generation);
  patch(id, {
    generation,
    trouble: undefined,
    ...(isActive(generation) ? {} : { isCancelling: false }),
  });
}

function adoptOthers(): void {
  const known = new Map((all ?? []).map((watched) => [watched.generation.id, watched]));
  all = readRemembered().map((generation) => ({
    log: [],
    ...known.get(generation.id),
    generation,
  }));
  publish();
  for (const { generation } of all) follow(generation.id);
}

function find(id: string): Watched | undefined {
  return all?.find(({ generation }) => generation.id === id);
}

function patch(id: string, change: Partial<Watched>): void {
  all = (all ?? []).map((watched) =>
    watched.generation.id === id ? { ...watched, ...change } : watched,
  );
  publish();
}

function publish(): void {
  for (const listener of listeners) listener(all ?? []);
}
