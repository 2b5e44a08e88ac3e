import type { PageState } from "../page/page-state";
import type { TabLocks } from "./deps";

const LOCK = "firstframe.events";
const QUEUE_AGAIN_AFTER_MS = 1_000;

export type Lead = {
  isLeading(): boolean;
  /** Takes the lead from a tab that does not answer. */
  steal(): void;
  close(): void;
};

/**
 * One tab of the browser leads: `run` holds the stream for as long as its signal is not aborted. When that tab closes,
 * the browser gives the lock to the next one.
 */
export function openLead(locks: TabLocks, run: (signal: AbortSignal) => Promise<void>): Lead {
  const closing = new AbortController();
  let terms = 0;

  async function lead(options: LockOptions): Promise<void> {
    const term = new AbortController();
    try {
      await locks.request(LOCK, options, async () => {
        terms += 1;
        await run(AbortSignal.any([closing.signal, term.signal])).finally(() => {
          terms -= 1;
        });
      });
    } catch {
      // Another tab has taken the lead, or this one closes.
    } finally {
      term.abort();
    }
  }

  async function queue(): Promise<void> {
    while (!closing.signal.aborted) {
      await lead({ signal: closing.signal });
      // A browser that refuses locks would refuse them at once again.
      await new Promise((resolve) => setTimeout(resolve, QUEUE_AGAIN_AFTER_MS));
    }
  }
  void queue();

  return {
    isLeading: () => terms > 0,
    steal: () => void lead({ steal: true }),
    close: () => closing.abort(),
  };
}

/**
 * Without locks, as on a page without a secure origin, each visible tab runs `whileVisible`, which holds a stream, and
 * each hidden one `whileHidden`, which must hold none.
 */
export function openLeadAlone(
  page: PageState,
  whileVisible: (signal: AbortSignal) => Promise<void>,
  whileHidden: (signal: AbortSignal) => Promise<void>,
): Lead {
  let term = new AbortController();
  let wasVisible: boolean | undefined;
  const update = () => {
    if (wasVisible === page.isVisible()) return;
    wasVisible = page.isVisible();
    term.abort();
    term = new AbortController();
    void (wasVisible ? whileVisible : whileHidden)(term.signal);
  };
  const leave = page.onChange(update);
  update();
  return {
    isLeading: () => wasVisible === true,
    steal: () => {},
    close() {
      leave();
      term.abort();
    },
  };
}
