import { setTimeout as delay } from "node:timers/promises";
import { ANSWER_MARK } from "../../lib/api/answer-mark.ts";

const MODEL = "fal-ai/minimax-video";

/** One click: what it asks for, and how the upstream is to treat it. */
export type Click = { key: string; tag: string; prompt: string; fault: Fault };

export type Fault = keyof typeof faults;

/** What becomes of a click in the end, whatever else is killed. */
type Expected = "done" | "failed" | "unconfirmed";

// In the words of docs/local-fal.md. `unconfirmed` is what remains when the answer and every webhook are lost, and
// where an upstream's 503 leaves open whether it took the job.
const faults = {
  none: { plan: "", expected: ["done"] },
  // Unconfirmed when a server dies between the submit and its answer: then nothing is left that could tell of it.
  "webhook lost": { plan: "webhook_never", expected: ["done", "unconfirmed"] },
  "webhook doubled": { plan: "webhook_twice", expected: ["done"] },
  "webhook late": { plan: "webhook_late; ms=4000", expected: ["done"] },
  "answer lost": { plan: "answer_lost", expected: ["done"] },
  "answer lost, webhook doubled": { plan: "answer_lost, webhook_twice", expected: ["done"] },
  "answer and webhook lost": { plan: "answer_lost, webhook_never", expected: ["unconfirmed"] },
  "submit answered 503": { plan: "503; call=submit; times=1", expected: ["unconfirmed"] },
  "submit answered 429": { plan: "429; call=submit; times=1", expected: ["done"] },
  "status answered 503": { plan: "503; call=status; times=3", expected: ["done"] },
  "status torn": { plan: "connection_reset; times=3", expected: ["done"] },
  "result answered 503": { plan: "503; call=result; times=2", expected: ["done"] },
  "prompt declined": { plan: "content_policy_violation", expected: ["failed"] },
  "model broken": { plan: "downstream_service_unavailable", expected: ["failed"] },
} as const satisfies Record<string, { plan: string; expected: readonly Expected[] }>;

export function expectedOf({ fault }: Click): readonly Expected[] {
  return faults[fault].expected;
}

/** As many clicks as are asked for; every fault comes about equally often, half of all clicks have none. */
export function makeClicks(count: number): Click[] {
  const names = Object.keys(faults).filter((name) => name !== "none") as Fault[];
  return Array.from({ length: count }, (_, index) => {
    const fault = index % 2 === 0 ? "none" : (names[(index >> 1) % names.length] ?? "none");
    const tag = `click-${index}`;
    // The delay makes each plan one of its own: a burst on submits is counted by its plan.
    const plans = [faults[fault].plan, `slow_start; ms=${100 + index}`].filter(Boolean).join(", ");
    return { key: crypto.randomUUID(), tag, prompt: `${tag} {{fault: ${plans}}}`, fault };
  });
}

/**
 * Sends a click as the page does: again with the same key when no answer comes, or one that says that nothing was
 * sent. Resolves when it was answered for good.
 */
export async function sendClick(click: Click, origins: () => string, cookie: string) {
  for (;;) {
    const answer = await fetch(`${origins()}/api/fal/proxy`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-fal-target-url": `https://queue.fal.run/${MODEL}`,
        "x-idempotency-key": click.key,
        cookie,
      },
      body: JSON.stringify({ prompt: click.prompt }),
    }).catch(() => undefined);
    const status = answer?.status ?? 0;
    const isOurs = answer?.headers.has(ANSWER_MARK) ?? false;
    await answer?.body?.cancel().catch(() => {});
    // What a gateway says in the server's place is no answer.
    if (isOurs && (status === 200 || status === 500)) return;
    if (isOurs && status !== 429 && status !== 503) throw new Error(`${click.tag}: ${status}`);
    await delay(250);
  }
}
