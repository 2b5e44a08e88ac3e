import type { PageState } from "../page/page-state";
import type { TabLocks } from "./deps";

const LOCK = "firstframe.events";
const QUEUE_AGAIN_AFTER_MS = 1_000;

export type Lead = {
  isLeading(): boolean;
  /** Makes this tab the leader in place of one that does not answer. */
  steal(): void;
  close(): void;
};

/**
 * Makes one tab of the browser the leader, by a lock. The leader calls `run`, which has the stream open until its signal
 * aborts. When that tab closes, the browser gives the lock to the next one.
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
      // Another tab has become the leader, or this one closes.
    } finally {
      term.abort();
    }
  }

  async function queue(): Promise<void> {
    while (!closing.signal.aborted) {
      await lead({ signal: closing.signal });
      // A browser that refuses locks would refuse again at once, so this waits first.
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
 * For pages without locks, such as those without a secure origin. Each visible tab runs `whileVisible`, which has a stream
 * open, and each hidden one runs `whileHidden`, which must have none.
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
