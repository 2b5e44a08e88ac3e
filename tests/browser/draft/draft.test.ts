import { expect, test } from "vitest";

import { changeDraft } from "@/lib/browser/draft/change-draft";
import { type Draft, emptyDraft, isWorthKeeping } from "@/lib/browser/draft/draft";
import { findObstacle } from "@/lib/browser/draft/obstacle";
import type { DraftPicture, SlotEvent } from "@/lib/browser/draft/slot-state";
import { isUploadFresh } from "@/lib/browser/draft/upload-age";
import type { Generation } from "@/lib/generation";
import { problem } from "@/lib/problems";

const picture: DraftPicture = {
  name: "rocket.jpg",
  bytes: 59_750,
  preview: { url: "blob:one", width: 640, height: 427 },
  notes: [],
  upload: { status: "done", url: "https://v3.fal.media/files/a/rocket.jpg", at: 0 },
};
const ready: Draft = { ...emptyDraft, prompt: "it begins", first: { picture } };
const onFirst = (event: SlotEvent) => ({ type: "slot", slot: "first", event }) as const;

const withPicture = { takesPicture: true };

test("lets a picture with a prompt be sent", () => {
  expect(findObstacle(ready, withPicture)).toBeUndefined();
});

test.each([
  ["picture_missing", { ...ready, first: {} }],
  ["prompt_empty", { ...ready, prompt: " \n " }],
  ["prompt_too_long", { ...ready, prompt: "x".repeat(2001) }],
  [
    "upload_failed",
    {
      ...ready,
      first: {
        picture: { ...picture, upload: { status: "failed", problem: problem("upload_failed") } },
      },
    },
  ],
] as const)("names what stands in the way: %s", (code, draft) => {
  expect(findObstacle(draft as Draft, withPicture)?.code).toBe(code);
});

test("takes exactly 2,000 characters", () => {
  expect(findObstacle({ ...ready, prompt: ` ${"x".repeat(2000)} ` }, withPicture)).toBeUndefined();
});

test("keeps the picture and the prompt when the next picture is refused", () => {
  const refused = changeDraft(
    changeDraft(ready, onFirst({ type: "picture-dropped", name: "small.png" })),
    onFirst({
      type: "picture-refused",
      problem: problem("picture_too_small", { field: "image_url" }),
    }),
  );
  expect(refused).toMatchObject({
    prompt: "it begins",
    first: { picture, problem: { code: "picture_too_small" } },
  });
  expect(refused.first.checking).toBeUndefined();
});

test("forgets a complaint about the prompt as soon as it changes", () => {
  const complained = changeDraft(ready, {
    type: "start-refused",
    problem: problem("prompt_empty", { field: "prompt" }),
  });
  expect(changeDraft(complained, { type: "prompt-written", prompt: "x" }).problem).toBeUndefined();
});

test("ignores the upload of a picture that was replaced", () => {
  const upload = { status: "sending", fraction: 0.5 } as const;
  expect(
    changeDraft(ready, onFirst({ type: "upload-changed", previewUrl: "blob:older", upload })),
  ).toBe(ready);
});

test("shows a refused picture only while there is no other", () => {
  const preview = { url: "blob:small", width: 200, height: 200 };
  const refused = onFirst({
    type: "picture-refused",
    problem: problem("picture_too_small"),
    preview,
  });
  expect(changeDraft(emptyDraft, refused).first.refused).toBe(preview);
  expect(changeDraft(ready, refused).first.refused).toBeUndefined();
});

const generation: Generation = {
  id: "one",
  click: "click-one",
  model: "fal-ai/minimax-video/image-to-video",
  input: { prompt: "it began", image_url: "https://v3.fal.media/a.jpg", prompt_optimizer: false },
  poster: "/media/one/poster.jpg",
  cost: { usd: 0.5, charged: "yes" },
  createdAt: "2026-01-01T00:00:00Z",
  status: "submitting",
};
const days = (count: number) => Date.parse(generation.createdAt) + count * 24 * 60 * 60 * 1000;

test("brings back prompt, switch and picture of a generation", () => {
  const reused = changeDraft(ready, { type: "generation-reused", generation, now: days(5) });
  expect(reused).toMatchObject({ prompt: "it began", optimizePrompt: false });
  expect(reused.first.picture?.upload).toEqual({
    status: "done",
    url: "https://v3.fal.media/a.jpg",
    at: days(0),
  });
});

test("does not send a picture again that fal may have let go of", () => {
  const reused = changeDraft(ready, { type: "generation-reused", generation, now: days(6.5) });
  expect(reused.prompt).toBe("it began");
  expect(reused.first.picture).toBeUndefined();
});

test("keeps what is in the draft when a generation is opened", () => {
  const event = { type: "generation-opened", generation, now: days(1) } as const;
  expect(changeDraft(ready, event)).toBe(ready);
  expect(changeDraft(emptyDraft, event).prompt).toBe("it began");
});

test("keeps what was made here until it is sent", () => {
  const written = changeDraft(ready, { type: "prompt-written", prompt: "it goes on " });
  expect(isWorthKeeping(written)).toBe(true);
  const input = {
    prompt: "it goes on",
    image_url: "https://v3.fal.media/files/a/rocket.jpg",
    prompt_optimizer: true,
  };
  const sent = changeDraft(written, { type: "draft-sent", input });
  expect(isWorthKeeping(sent)).toBe(false);
  expect(sent.prompt).toBe("it goes on ");
});

test("keeps what was changed while another version of it was sent", () => {
  const written = changeDraft(ready, { type: "prompt-written", prompt: "and then" });
  const input = { prompt: "it begins", prompt_optimizer: true };
  expect(isWorthKeeping(changeDraft(written, { type: "draft-sent", input }))).toBe(true);
});

test("keeps neither an empty draft nor a video that was only looked at", () => {
  const emptied = changeDraft(ready, { type: "prompt-written", prompt: " " });
  expect(isWorthKeeping(changeDraft(emptied, onFirst({ type: "picture-removed" })))).toBe(false);
  const opened = { type: "generation-opened", generation, now: days(1) } as const;
  expect(isWorthKeeping(changeDraft(emptyDraft, opened))).toBe(false);
});

test("does not put a restored draft over one that was begun meanwhile", () => {
  const words = { prompt: "before the reload", optimizePrompt: false, choice: {} };
  const event = { type: "draft-restored", kept: { ...words, picture } } as const;
  expect(changeDraft(emptyDraft, event)).toMatchObject({ ...words, first: { picture } });
  expect(changeDraft({ ...emptyDraft, prompt: "x" }, event).prompt).toBe("x");
});

test("sends an uploaded picture again within the hour, and for days where there is no file", () => {
  const hour = 60 * 60 * 1000;
  expect(isUploadFresh(0, 0.9 * hour, true)).toBe(true);
  expect(isUploadFresh(0, 1.1 * hour, true)).toBe(false);
  expect(isUploadFresh(0, 5 * 24 * hour, false)).toBe(true);
  expect(isUploadFresh(0, 6.1 * 24 * hour, false)).toBe(false);
});

test("keeps the picture that is here while a part of the next one is chosen, and sends neither", () => {
  const preview = { url: "blob:wide", width: 6000, height: 1000 };
  const cropping = changeDraft(
    changeDraft(ready, onFirst({ type: "picture-dropped", name: "wide.jpg" })),
    onFirst({ type: "crop-offered", cropping: { name: "wide.jpg", preview } }),
  );
  expect(cropping.first).toMatchObject({ picture, cropping: { preview }, checking: undefined });
  expect(findObstacle(cropping, withPicture)?.code).toBe("picture_not_ready");

  const chosen = changeDraft(cropping, onFirst({ type: "crop-chosen" }));
  expect(chosen.first).toMatchObject({ cropping: { preview }, checking: "wide.jpg" });
  expect(changeDraft(cropping, onFirst({ type: "crop-cancelled" })).first.cropping).toBeUndefined();
  const accepted = changeDraft(chosen, onFirst({ type: "picture-accepted", picture }));
  expect(findObstacle(accepted, withPicture)).toBeUndefined();
});

test("sends nothing while the next picture is looked at", () => {
  const looking = changeDraft(ready, onFirst({ type: "picture-dropped", name: "next.heic" }));
  expect(findObstacle(looking, withPicture)?.code).toBe("picture_not_ready");
});

test("is sent without a picture to a model that takes none, once there are words", () => {
  const withoutPicture = { takesPicture: false };
  expect(findObstacle(emptyDraft, withoutPicture)?.code).toBe("draft_empty");
  expect(findObstacle({ ...emptyDraft, prompt: "a rocket" }, withoutPicture)).toBeUndefined();
});

test("takes the word for an empty draft back as soon as there is a picture or a prompt", () => {
  const obstacle = findObstacle(emptyDraft, { takesPicture: false });
  if (!obstacle) throw new Error("an empty draft is sent");
  const refused = changeDraft(emptyDraft, { type: "start-refused", problem: obstacle });
  const written = (prompt: string) => changeDraft(refused, { type: "prompt-written", prompt });
  expect(refused.first.problem?.code).toBe("draft_empty");
  expect(written(" ").first.problem?.code).toBe("draft_empty");
  expect(written("a rocket").first.problem).toBeUndefined();
  const dropped = changeDraft(refused, onFirst({ type: "picture-dropped", name: "a.jpg" }));
  expect(dropped.first.problem).toBeUndefined();
});

const settings = {
  model: "fal-ai/minimax/hailuo-02/standard/image-to-video",
  input: { prompt: "the cup", prompt_optimizer: false, duration: "10", resolution: "768P" },
};
const choice = { model: settings.model, duration: "10", resolution: "768P" };

test("takes over what a dropped video says of itself, and keeps the picture until its own is there", () => {
  const found = changeDraft(
    { ...ready, problem: problem("prompt_empty", { field: "prompt" }) },
    { type: "settings-found", settings },
  );
  expect(found).toMatchObject({
    ...{ prompt: "the cup", optimizePrompt: false, choice },
    ...{ first: { picture }, problem: undefined, isUnsent: true },
  });
});

test("continues a video with its settings and an empty prompt", () => {
  const generation = { ...settings, createdAt: new Date(0).toISOString() } as Generation;
  const next = changeDraft(ready, { type: "generation-continued", generation });
  expect(next).toMatchObject({ prompt: "", optimizePrompt: false, choice, isUnsent: true });
  expect(isWorthKeeping(next)).toBe(true);
});
