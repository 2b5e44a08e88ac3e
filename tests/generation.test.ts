import { expect, test } from "vitest";
import { advance, type Generation, type GenerationEvent, isActive } from "@/lib/generation";
import { problem } from "@/lib/problems";

const now = new Date("2026-01-02T03:04:05Z");
const video = { url: "https://v3.fal.media/files/a/b.mp4" };

const submitting: Generation = {
  id: "one",
  model: "fal-ai/minimax-video/image-to-video",
  input: {
    prompt: "it begins",
    image_url: "https://v3.fal.media/files/a/a.jpg",
    prompt_optimizer: true,
  },
  picture: { width: 640, height: 427 },
  createdAt: "2026-01-02T03:04:00Z",
  status: "submitting",
};

function after(...events: GenerationEvent[]): Generation {
  return events.reduce((generation, event) => advance(generation, event, now), submitting);
}

const accepted: GenerationEvent = { type: "accepted", requestId: "r-1" };

test("goes from the click to the video, and keeps its input on the way", () => {
  const done = after(
    accepted,
    { type: "in-line", position: 1 },
    { type: "started" },
    { type: "succeeded", video },
  );
  expect(done).toEqual({
    ...submitting,
    status: "done",
    requestId: "r-1",
    video,
    settledAt: now.toISOString(),
  });
  expect(isActive(done)).toBe(false);
});

test("says how many are ahead while it is in line", () => {
  expect(after(accepted, { type: "in-line", position: 2 })).toMatchObject({
    status: "queued",
    position: 2,
  });
});

test("does not go back into the line once it runs", () => {
  expect(after(accepted, { type: "started" }, { type: "in-line", position: 0 }).status).toBe(
    "running",
  );
});

test("keeps a lost answer apart from a refusal", () => {
  const lost = after({ type: "answer-lost", problem: problem("unconfirmed") });
  const refused = after({ type: "refused", problem: problem("key_refused") });
  expect([lost.status, refused.status]).toEqual(["unconfirmed", "refused"]);
});

test("leaves a generation as it is when the same report comes again", () => {
  const running = after(accepted, { type: "started" });
  expect(advance(running, { type: "started" }, new Date(0))).toBe(running);
});

test.each<GenerationEvent>([
  { type: "succeeded", video: { url: "https://v3.fal.media/files/other.mp4" } },
  { type: "failed", problem: problem("generation_failed") },
  { type: "cancelled" },
  { type: "started" },
  { type: "in-line", position: 0 },
  accepted,
])("lets nothing change an end: $type", (event) => {
  const done = after(accepted, { type: "succeeded", video });
  expect(advance(done, event, now)).toBe(done);
});
