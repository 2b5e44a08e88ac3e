import type { Generation, GenerationInput } from "@/lib/generation";
import type { LibraryDeps } from "./deps";
import type { FirstFrame, Watched } from "./library";
import type { PendingClick } from "./pending-clicks";
import type { Shelf } from "./shelf";

/** Nobody expects an older click to be sent by itself any more. Its words are still in the draft. */
const PENDING_FOR_MS = 60 * 60_000;

type Outcome = {
  /** The server accepted it, and has a record. */
  onAccepted: (click: string) => void;
  /** It was refused or its answer was lost. The server recorded how, and under which id. */
  onRefused: (click: string) => void;
};

/** Shows each click at once and asks until the server says what became of it. */
export function openClicks(deps: LibraryDeps, shelf: Shelf, outcome: Outcome) {
  const { fal, clicks, now } = deps;
  const sending = new Map<string, AbortController>();

  async function send(
    { click, model, input }: PendingClick,
    { isRepeat }: { isRepeat: boolean },
  ): Promise<void> {
    const controller = new AbortController();
    sending.set(click, controller);
    const answer = await fal.submit(model, input, {
      key: click,
      isRepeat,
      onTrouble: (trouble) => shelf.patch(click, { trouble }),
      signal: controller.signal,
    });
    // The library has brought it, or the visitor has removed it.
    if (!answer || controller.signal.aborted) return;
    settle(click);
    shelf.report(click, answer.event);
    const { id } = answer;
    if (!id) return outcome.onRefused(click);
    shelf.change(click, (generation) => ({ ...generation, id }), { isLocal: false });
    outcome.onAccepted(click);
  }

  function settle(click: string): void {
    sending.get(click)?.abort();
    sending.delete(click);
    clicks.forget(click);
  }

  return {
    start(model: string, input: GenerationInput, picture?: FirstFrame): string {
      const click = deps.newClick();
      const createdAt = new Date(now()).toISOString();
      const pending = { click, model, input, ...picture, createdAt };
      clicks.keep(pending);
      shelf.add([toWatched(pending)]);
      void send(pending, { isRepeat: false });
      return click;
    },
    /** Asks again after the clicks of earlier pages. */
    resume(): void {
      const pending = clicks.read(now(), PENDING_FOR_MS).filter(({ click }) => !sending.has(click));
      if (pending.length > 0) shelf.add(pending.map(toWatched));
      for (const one of pending) void send(one, { isRepeat: true });
    },
    /** Nothing more is to be asked of it. */
    settle,
    close(): void {
      for (const controller of sending.values()) controller.abort();
      sending.clear();
    },
  };
}

function toWatched(pending: PendingClick): Watched {
  const cost = { usd: 0, charged: "unknown" } as const;
  const generation: Generation = { ...pending, id: pending.click, cost, status: "submitting" };
  return { generation, log: [], isLocal: true };
}
