import { expect, test } from "vitest";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { changeDraft, type DraftEvent } from "@/lib/browser/draft/change-draft";
import { type Draft, emptyDraft } from "@/lib/browser/draft/draft";
import type { Search } from "@/lib/browser/intake/search";
import { trySample } from "@/lib/browser/studio/try-sample";

const sample = { name: "coffee", title: "a cup of coffee", prompt: "Steam rises" } as const;
const file = new File(["jpeg"], "picture.jpg", { type: "image/jpeg" });
const picture = {
  preview: { url: "blob:1", width: 600, height: 400 },
} as Draft["first"]["picture"];

type Visit = { prompt?: string; upstream?: UpstreamKind; fetchPicture?: () => Promise<File> };

async function press({ prompt = "", upstream = "local", fetchPicture = async () => file }: Visit) {
  let draft: Draft = { ...emptyDraft, prompt };
  let runs = 0;
  const found: unknown[] = [];
  await trySample(sample, {
    upstream,
    fetchPicture,
    draft: {
      get: () => draft,
      change: (event: DraftEvent) => {
        draft = changeDraft(draft, event);
      },
    },
    studio: {
      async takePicture(search) {
        const result = await (search as Search).find(new AbortController().signal);
        found.push(result);
        if (result.kind === "found") draft = { ...draft, first: { picture } };
      },
      async generate() {
        runs++;
      },
    },
  });
  return { draft, runs, found };
}

test("runs at one press on the local fal", async () => {
  const { draft, runs, found } = await press({});
  expect([draft.prompt, runs]).toEqual(["Steam rises", 1]);
  expect(found).toMatchObject([{ kind: "found", file: { name: "coffee.jpg" } }]);
});

test.each(["fal", "compatible"] as const)(
  "spends nothing at that press on %s",
  async (upstream) => {
    const { draft, runs } = await press({ upstream });
    expect([draft.prompt, draft.first.picture, runs]).toEqual(["Steam rises", picture, 0]);
  },
);

test("leaves the visitor's words as they are", async () => {
  expect((await press({ prompt: "My words" })).draft.prompt).toBe("My words");
});

test("runs nothing if the picture cannot be fetched", async () => {
  const fetchPicture = () => Promise.reject(new Error("offline"));
  const { draft, runs, found } = await press({ fetchPicture });
  expect([draft.prompt, runs]).toEqual(["", 0]);
  expect(found).toMatchObject([{ kind: "refused", problem: { code: "offline" } }]);
});
