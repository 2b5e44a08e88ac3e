import { expect, test } from "vitest";
import { findEnded, nameTab } from "@/lib/browser/notify/when-ready";
import type { Generation, GenerationState } from "@/lib/generation";
import { messagesOf } from "@/lib/messages";
import { problem } from "@/lib/problems";

const messages = messagesOf("en");
const queued: GenerationState = { status: "queued", requestId: "r", position: 1 };
const running: GenerationState = { status: "running", requestId: "r", startedAt: "2026-01-01" };
const made: GenerationState = { status: "archiving", requestId: "r", video: { url: "/v.mp4" } };
const cancelled: GenerationState = { status: "cancelled", requestId: "r", settledAt: "2026-01-01" };
const failed: GenerationState = {
  status: "failed",
  requestId: "r",
  problem: problem("internal"),
  settledAt: "2026-01-01",
};

function run(click: string, state: GenerationState): Generation {
  return {
    id: click,
    click,
    model: "fal-ai/minimax-video/image-to-video",
    input: { prompt: "it begins", prompt_optimizer: true },
    cost: { usd: 0, charged: "no" },
    createdAt: "2026-01-01",
    ...state,
  };
}

test("finds runs that have ended since, except cancelled ones", () => {
  const now = [run("a", made), run("b", failed), run("c", cancelled), run("d", running)];
  const ended = findEnded(new Set(["a", "b", "c", "d"]), [...now, run("e", made)]);
  expect(ended.map(({ click }) => click)).toEqual(["a", "b"]);
});

test("names in the tab's title an unseen result before a run that goes on", () => {
  const others = [run("b", queued), run("c", running)];
  expect(nameTab(run("a", made), others, messages)).toBe("Ready · Firstframe");
  expect(nameTab(run("a", failed), others, messages)).toBe("Failed · Firstframe");
});

test("names in the tab's title the run with the most progress, and nothing if none runs", () => {
  expect(nameTab(undefined, [run("b", queued), run("c", running)], messages)).toBe(
    "Making the video · Firstframe",
  );
  expect(nameTab(undefined, [run("b", queued)], messages)).toBe("2nd in line · Firstframe");
  expect(nameTab(undefined, [run("a", made)], messages)).toBeUndefined();
});
