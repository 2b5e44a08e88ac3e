import type { SpendToday } from "@/lib/api/spend";
import { readSpend } from "../api/spend";
import { serverNow } from "../http/server-clock";
import { pageState } from "../page/page-state";
import { get, subscribe } from "./page-library";
import { watchSpend } from "./spend";

/** Watches what the owner of this page has spent today. Returns a function that ends this. */
export function watchPageSpend(onSpend: (spend: SpendToday) => void): () => void {
  const library = { get, subscribe };
  return watchSpend({ library, page: pageState, readSpend, now: serverNow }, onSpend);
}
