import { expect, test } from "vitest";
import { ownPrompts } from "@/lib/browser/prompt/history";
import type { Generation } from "@/lib/generation";

function asked(prompt: string, createdAt: string): Generation {
  return {
    id: createdAt,
    click: createdAt,
    model: "fal-ai/minimax-video/image-to-video",
    input: { prompt, prompt_optimizer: true },
    cost: { usd: 0, charged: "no" },
    createdAt,
    status: "submitting",
  };
}

test("lists each prompt once, the latest first", () => {
  const generations = [
    asked("a cup", "2026-01-03"),
    asked("a rocket", "2026-01-01"),
    asked(" a rocket ", "2026-01-04"),
    asked("  ", "2026-01-05"),
  ];
  expect(ownPrompts(generations)).toEqual(["a rocket", "a cup"]);
});
