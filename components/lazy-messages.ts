import { importWithin } from "@/lib/browser/page/load-script";
import type { AllMessages, LazyMessages } from "@/lib/messages";
import { useMessages } from "./messages";

const english = () => import("@/lib/messages/en/lazy");
const others: Record<string, () => Promise<{ lazy: unknown }>> = {
  "zh-Hans": () => import("@/lib/messages/zh/lazy"),
};

// A page has only one language.
let lazy: LazyMessages | undefined;

/** Fetches the texts of the lazy parts. Rejects if they cannot be fetched. */
export async function loadLazyMessages(): Promise<void> {
  if (lazy || typeof document === "undefined") return;
  const load = others[document.documentElement.lang] ?? english;
  lazy = (await importWithin(load)).lazy as LazyMessages;
}

/** For lazy parts only: `components/ui/lazy-part.ts` renders them after the texts have arrived. */
export function useLazyMessages(): AllMessages {
  return { ...useMessages(), ...lazy } as AllMessages;
}
