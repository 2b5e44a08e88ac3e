import { vi } from "vitest";
import type { LibraryDeps, Watcher } from "@/lib/browser/library/deps";
import { openLibrary } from "@/lib/browser/library/open-library";
import type { PendingClick } from "@/lib/browser/library/pending-clicks";
import type { PageChange } from "@/lib/browser/page/page-state";
import type { GenerationState } from "@/lib/generation";
import { problem } from "@/lib/problems";
import { openFakeServer } from "./fake-server";

export type FakeTab = ReturnType<ReturnType<typeof openFakeBrowser>["openTab"]>;

type Waiting = { start: () => void; reject: (why: unknown) => void };
type Held = { reject: (why: unknown) => void };

/** A lock as in a browser, with a queue and the option to steal it. */
function openFakeLocks() {
  let held: Held | undefined;
  const queue: Waiting[] = [];
  const next = () => {
    if (!held) queue.shift()?.start();
  };
  const request = (_: string, options: LockOptions, work: () => Promise<unknown>) =>
    new Promise<unknown>((resolve, reject) => {
      const one: Waiting = {
        reject,
        start() {
          const own: Held = { reject };
          held = own;
          const leave = () => {
            if (held !== own) return;
            held = undefined;
            next();
          };
          Promise.resolve(work()).then(
            (value) => {
              leave();
              resolve(value);
            },
            (error: unknown) => {
              leave();
              reject(error);
            },
          );
        },
      };
      if (options.steal) {
        held?.reject(new DOMException("stolen", "AbortError"));
        one.start();
        return;
      }
      options.signal?.addEventListener("abort", () => {
        const at = queue.indexOf(one);
        if (at >= 0) queue.splice(at, 1);
        if (at >= 0) reject(new DOMException("closed", "AbortError"));
      });
      queue.push(one);
      next();
    });
  return { request } as unknown as LibraryDeps["locks"];
}

/** Tabs that have the same locks, channel and stored clicks. */
export function openFakeBrowser({
  server = openFakeServer(),
  hasLocks = true,
}: {
  server?: ReturnType<typeof openFakeServer>;
  hasLocks?: boolean;
} = {}) {
  const locks = hasLocks ? openFakeLocks() : undefined;
  const ears = new Set<(message: unknown) => void>();
  const kept = new Map<string, PendingClick>();
  let clicks = 0;

  function openTab({ isVisible: isVisibleAtFirst = true }: { isVisible?: boolean } = {}) {
    let isVisible = isVisibleAtFirst;
    /** A frozen tab runs no code and receives nothing. */
    let isFrozen = false;
    const listeners = new Set<(change: PageChange) => void>();
    const watchers: (Watcher & { requestId: string; end: () => void })[] = [];
    const mine = new Set<(message: unknown) => void>();
    const deps: LibraryDeps = {
      api: server.api,
      fal: {
        submit: server.submit,
        cancel: vi.fn(async () => {}),
        watch: (_, requestId, watcher) =>
          new Promise<void>((resolve) => {
            watchers.push({ ...watcher, requestId, end: resolve });
            watcher.signal.addEventListener("abort", () => resolve());
          }),
      },
      now: () => Date.now(),
      newClick: () => `click-${++clicks}`,
      clicks: {
        persist: (click) => void kept.set(click.click, click),
        forget: (click) => void kept.delete(click),
        read: (now, maxAgeMs) =>
          [...kept.values()].filter(({ createdAt }) => now - Date.parse(createdAt) <= maxAgeMs),
      },
      page: {
        isVisible: () => isVisible,
        onChange(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
      untilIdle: async () => {},
      problems: {
        toProblem: () => problem("server_unreachable"),
        toGatewayProblem: () => undefined,
      },
      openChannel: () => ({
        post(message) {
          if (isFrozen) return;
          const copy = structuredClone(message);
          for (const ear of ears) if (!mine.has(ear)) queueMicrotask(() => ear(copy));
        },
        listen(listener) {
          const ear = (message: unknown) => {
            if (!isFrozen) listener(message);
          };
          mine.add(ear);
          ears.add(ear);
        },
        close() {
          for (const ear of mine) ears.delete(ear);
        },
      }),
      locks,
      openStream: server.openStream,
    };
    const library = openLibrary(deps);
    const change = (what: PageChange) => {
      for (const listener of [...listeners]) listener(what);
    };
    return {
      library,
      deps,
      watchers,
      open: async () => {
        library.subscribe(() => {});
        await settle();
      },
      states: () => library.get().watched.map(({ generation }) => generation.status),
      async show() {
        isVisible = true;
        change("shown");
        await settle();
      },
      async hide() {
        isVisible = false;
        change("hidden");
        await settle();
      },
      async online() {
        change("online");
        await settle();
      },
      freeze: () => {
        isFrozen = true;
      },
      async thaw() {
        isFrozen = false;
        change("thawed");
        await settle();
      },
      close: () => library.close(),
    };
  }
  return { openTab, kept, server };
}

/** Opens a tab with one run that the server has recorded. */
export async function openTabWithRun(state: GenerationState = RUNNING) {
  const { openTab, server } = openFakeBrowser();
  server.record("g1", state);
  const tab = openTab();
  await tab.open();
  return { tab, openTab, server };
}

const RUNNING = { status: "running", requestId: "r1", startedAt: "" } as const;

/** Runs everything that needs no time to pass. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await vi.advanceTimersByTimeAsync(0);
}
