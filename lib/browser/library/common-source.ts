import type { LibraryDeps } from "./deps";
import type { LibraryEvent } from "./event";
import { type Lead, openLead, openLeadAlone } from "./lead";
import { poll } from "./poll";
import type { Shelf } from "./shelf";
import { followEvents } from "./source";
import { openTabs } from "./tabs";
import { untilFilled } from "./until-filled";

const ALIVE_EVERY_MS = 10_000;
const ANSWERS_WITHIN_MS = 1_500;
/** The tab with the stream reports at least every 15 seconds that it is alive. */
const SILENT_MS = 35_000;

/** Opens one source of events for all tabs of the browser: the leading tab passes each event on to the others. */
export function openCommonSource(
  deps: LibraryDeps,
  shelf: Shelf,
  apply: (event: LibraryEvent) => void,
) {
  const { page, locks } = deps;
  let lastId: string | undefined;
  /** When the leading tab last reported, by the wall clock. */
  let heardAt = 0;
  let asking: ReturnType<typeof setTimeout> | undefined;

  const tabs = openTabs(deps.openChannel(), (message) => {
    if (message.type === "who") {
      if (lead.isLeading()) sayAlive();
      return;
    }
    heardAt = Date.now();
    lastId = message.lastId ?? lastId;
    if (message.type === "event") apply(message.event);
  });
  const sayAlive = () => tabs.post({ type: "alive", lastId });
  const tell = (event: LibraryEvent) => tabs.post({ type: "event", event, lastId });
  const target = {
    shelf,
    lastId: () => lastId,
    onId: (id: string) => {
      lastId = id;
    },
    onAlive: sayAlive,
    deliver(event: LibraryEvent) {
      apply(event);
      tell(event);
    },
  };

  async function run(signal: AbortSignal): Promise<void> {
    const alive = setInterval(sayAlive, ALIVE_EVERY_MS);
    sayAlive();
    await untilFilled(shelf, signal);
    await followEvents(deps, target, signal);
    clearInterval(alive);
  }
  const pollSlowly = (signal: AbortSignal) => poll(deps, target, signal);
  const lead: Lead = locks ? openLead(locks, run) : openLeadAlone(page, run, pollSlowly);

  /** Makes this tab the leader if the leading tab does not answer, because the browser may have frozen it. */
  const askLead = () => {
    if (lead.isLeading() || !page.isVisible()) return;
    const askedAt = Date.now();
    heardAt = askedAt - 1;
    tabs.post({ type: "who" });
    clearTimeout(asking);
    asking = setTimeout(() => {
      if (heardAt < askedAt && !lead.isLeading() && page.isVisible()) lead.steal();
    }, ANSWERS_WITHIN_MS);
  };
  const watchdog = setInterval(() => {
    if (Math.abs(Date.now() - heardAt) > SILENT_MS) askLead();
  }, ANSWERS_WITHIN_MS);
  const leave = page.onChange((change) => {
    if (change === "shown" || change === "thawed") askLead();
  });
  askLead();

  return {
    tell,
    close() {
      clearInterval(watchdog);
      clearTimeout(asking);
      leave();
      lead.close();
      tabs.close();
    },
  };
}
