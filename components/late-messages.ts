import { importWithin } from "@/lib/browser/page/load-script";
import type { AllMessages, LateMessages } from "@/lib/messages";
import { useMessages } from "./messages";

const english = () => import("@/lib/messages/en/late");
const others: Record<string, () => Promise<{ late: unknown }>> = {
  "zh-Hans": () => import("@/lib/messages/zh/late"),
};

// A page has only one language.
let late: LateMessages | undefined;

/** Fetches the texts of the lazy parts. Rejects if they cannot be fetched. */
export async function loadLateMessages(): Promise<void> {
  if (late || typeof document === "undefined") return;
  const load = others[document.documentElement.lang] ?? english;
  late = (await importWithin(load)).late as LateMessages;
}

/** For lazy parts only: `components/ui/late.ts` renders them after the texts have arrived. */
export function useLateMessages(): AllMessages {
  return { ...useMessages(), ...late } as AllMessages;
}
