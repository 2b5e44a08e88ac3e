import type { SpendToday } from "@/lib/api/spend";
import { readSpend } from "../api/spend";
import { serverNow } from "../http/server-clock";
import { pageState } from "../page/page-state";
import { get, subscribe } from "./page-library";
import { watchSpend } from "./spend";

const listeners = new Set<(spend: SpendToday) => void>();
let latest: SpendToday | undefined;
let leave: (() => void) | undefined;

/** Watches what the owner of this page has spent today. Returns a function that ends this. */
export function watchPageSpend(onSpend: (spend: SpendToday) => void): () => void {
  listeners.add(onSpend);
  if (latest) onSpend(latest);
  // Several parts of the page show it, and one of them alone asks.
  leave ??= watchSpend(
    { library: { get, subscribe }, page: pageState, readSpend, now: serverNow },
    (spend) => {
      latest = spend;
      for (const listener of listeners) listener(spend);
    },
  );
  return () => {
    listeners.delete(onSpend);
    if (listeners.size > 0) return;
    leave?.();
    leave = undefined;
    latest = undefined;
  };
}
