import type { Generation, GenerationInput } from "@/lib/generation";
import type { LibraryDeps } from "./deps";
import type { FirstFrame, Watched } from "./library";
import type { PendingClick } from "./pending-clicks";
import type { Shelf } from "./shelf";

/** Nobody expects the page to send an older click by itself. The draft still has its prompt. */
const PENDING_FOR_MS = 60 * 60_000;

type Outcome = {
  /** The upstream accepted the click, and the server has a record of it. */
  onAccepted: (click: string) => void;
  /** The click was refused or its answer was lost. The server's record says how, under an id that this tab does not know. */
  onRefused: (click: string) => void;
};

/** Shows each click at once and repeats the call until the server says what became of it. */
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
    // The library has received it meanwhile, or the visitor has removed it.
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
      clicks.persist(pending);
      shelf.add([toWatched(pending)]);
      void send(pending, { isRepeat: false });
      return click;
    },
    /** Asks again for the outcome of clicks of earlier pages. */
    resume(): void {
      const pending = clicks.read(now(), PENDING_FOR_MS).filter(({ click }) => !sending.has(click));
      if (pending.length > 0) shelf.add(pending.map(toWatched));
      for (const one of pending) void send(one, { isRepeat: true });
    },
    /** Stops asking about a click. */
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
