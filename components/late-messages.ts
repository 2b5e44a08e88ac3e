import { importWithin } from "@/lib/browser/page/load-script";
import type { AllMessages, LateMessages } from "@/lib/messages";
import { useMessages } from "./messages";

const english = () => import("@/lib/messages/en/late");
const others: Record<string, () => Promise<{ late: unknown }>> = {
  "zh-Hans": () => import("@/lib/messages/zh/late"),
};

// A page has one language.
let late: LateMessages | undefined;

/** Fetches the words of the parts that come late. Rejects when they can't be had. */
export async function loadLateMessages(): Promise<void> {
  if (late || typeof document === "undefined") return;
  const load = others[document.documentElement.lang] ?? english;
  late = (await importWithin(load)).late as LateMessages;
}

/** For what is drawn late, by `components/ui/late.ts`, which sees to it that they are there. */
export function useLateMessages(): AllMessages {
  return { ...useMessages(), ...late } as AllMessages;
}
