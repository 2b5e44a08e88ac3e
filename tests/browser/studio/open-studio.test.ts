import { expect, test, vi } from "vitest";
import type { LibraryStore } from "@/lib/browser/library/library";
import { openStudio, type StudioDeps } from "@/lib/browser/studio/open-studio";
import type { Generation } from "@/lib/generation";
import type { Offer } from "@/lib/models/offer";
import { failed, jpeg, openFakeDraft } from "../draft/fakes";

const offer = {
  id: "m",
  name: "Model",
  aliases: [],
  takesPicture: true,
  takesEndPicture: true,
  durations: [],
  resolutions: [],
  prices: [],
} as unknown as Offer;

const done = {
  click: "one",
  model: "m",
  status: "done",
  input: { prompt: "it began", image_url: "https://fal/a", prompt_optimizer: false },
  poster: "/media/one/poster.jpg",
  video: { url: "/media/one.mp4" },
  createdAt: new Date(0).toISOString(),
} as unknown as Generation;

function openFakeStudio(changes: Partial<StudioDeps> = {}) {
  const fake = openFakeDraft();
  const watched = [{ generation: done, log: [] }];
  const library = {
    get: () => ({ watched, more: "none" }) as unknown as ReturnType<LibraryStore["get"]>,
    start: vi.fn(async () => "new"),
    remove: vi.fn(async () => {}),
    watch: vi.fn(),
  };
  const focus = vi.fn();
  const studio = openStudio({
    draft: fake.draft,
    library,
    findOffers: () => [offer],
    now: () => 0,
    focus,
    grabFrame: () => ({ name: "at 1.0 s", frame: Promise.resolve(jpeg("frame.jpg")) }),
    frameOf: (_, end) => ({ name: end, frame: Promise.resolve(jpeg(`${end}.jpg`)) }),
    untilDrawable: async () => {},
    readyInput: async ({ input }) => input,
    fetchPicture: async () => jpeg("poster.jpg"),
    ...changes,
  });
  return { ...fake, studio, library, focus };
}

async function compose({ draft, studio }: ReturnType<typeof openFakeStudio>) {
  draft.change({ type: "prompt-written", prompt: "it begins" });
  await studio.takePicture(jpeg("a.jpg"));
}

test("asks for a picture before anything is sent, and shows the draft for it", async () => {
  const { draft, studio, library } = openFakeStudio();
  studio.select("one");
  draft.change({ type: "generation-continued", generation: done });
  draft.first.remove();
  await studio.generate();
  expect(draft.get().first.problem?.code).toBe("picture_missing");
  expect(studio.get().selectedClick).toBeUndefined();
  expect(library.start).not.toHaveBeenCalled();
});

test("asks for a prompt at the prompt's field", async () => {
  const opened = openFakeStudio();
  await opened.studio.takePicture(jpeg("a.jpg"));
  await opened.studio.generate();
  expect(opened.draft.get().problem?.code).toBe("prompt_empty");
  expect(opened.focus).toHaveBeenCalledWith("prompt");
});

test("waits for the upload, and submits one run for any number of clicks", async () => {
  const opened = openFakeStudio();
  await compose(opened);
  const first = opened.studio.generate();
  expect(opened.studio.get().isWaitingForUpload).toBe(true);
  opened.draft.change({ type: "prompt-written", prompt: "for the next one" });
  await opened.studio.generate();
  opened.uploads[0]?.settle("https://fal/a");
  await first;
  expect(opened.library.start).toHaveBeenCalledOnce();
  const input = expect.objectContaining({ prompt: "it begins", image_url: "https://fal/a" });
  expect(opened.library.start).toHaveBeenCalledWith("m", input, expect.anything());
  expect(opened.studio.get()).toMatchObject({ selectedClick: "new", isWaitingForUpload: false });
  expect(opened.library.watch).toHaveBeenLastCalledWith("new");
});

test("sends nothing when the upload that it waited for fails", async () => {
  const opened = openFakeStudio();
  await compose(opened);
  const generating = opened.studio.generate();
  opened.uploads[0]?.settle(failed);
  await generating;
  expect(opened.library.start).not.toHaveBeenCalled();
  expect(opened.studio.get().isWaitingForUpload).toBe(false);
  await opened.studio.retry();
  expect(opened.uploads).toHaveLength(2);
});

test("sends the last picture with the first, and leads to it when it can't be sent", async () => {
  const opened = openFakeStudio();
  await compose(opened);
  opened.uploads[0]?.settle("https://fal/a");
  await opened.draft.last.take(jpeg("z.jpg"));
  const generating = opened.studio.generate();
  opened.uploads[1]?.settle(failed);
  await generating;
  expect(opened.focus).toHaveBeenLastCalledWith("last");
  expect(opened.library.start).not.toHaveBeenCalled();

  await opened.draft.last.retryUpload();
  opened.uploads[2]?.settle("https://fal/z");
  await opened.studio.generate();
  const pictures = { image_url: "https://fal/a", end_image_url: "https://fal/z" };
  const input = expect.objectContaining(pictures);
  expect(opened.library.start).toHaveBeenCalledWith("m", input, expect.anything());
});

test("reuses the prompt and the picture of a generation in the draft", async () => {
  const opened = openFakeStudio();
  opened.studio.select("one");
  await opened.studio.reuse(done);
  expect(opened.draft.get()).toMatchObject({ prompt: "it began", optimizePrompt: false });
  expect(opened.draft.get().first.picture?.upload).toMatchObject({ url: "https://fal/a" });
  expect(opened.studio.get().selectedClick).toBeUndefined();
});

test("fetches the picture of a generation whose upload is too old", async () => {
  const opened = openFakeStudio({ now: () => 7 * 24 * 60 * 60 * 1000 });
  await opened.studio.reuse(done);
  expect(opened.uploads.map(({ name }) => name)).toEqual(["poster.jpg"]);
});

test("continues from a frame, and closes the video once the frame can be shown", async () => {
  const opened = openFakeStudio();
  opened.studio.select("one");
  await opened.studio.continueFrom(done);
  expect(opened.draft.get().first.picture?.name).toBe("at 1.0 s");
  expect(opened.studio.get().selectedClick).toBeUndefined();
});

test("remembers a broken video while another picture is cropped", async () => {
  const opened = openFakeStudio();
  opened.studio.select("one");
  opened.studio.noteBrokenVideo("one");
  await opened.studio.takePicture(jpeg("wide.jpg"));
  opened.studio.select("one");
  expect(opened.studio.get().brokenVideo).toBe("one");
});

test("repeats a generation with its own input, and reuses it when its picture is gone", async () => {
  const opened = openFakeStudio();
  await opened.studio.vary(done);
  expect(opened.library.start).toHaveBeenCalledWith("m", done.input, expect.anything());
  const gone = openFakeStudio({ readyInput: () => Promise.reject(new Error("gone")) });
  await gone.studio.vary(done);
  expect(gone.library.start).not.toHaveBeenCalled();
  expect(gone.draft.get().prompt).toBe("it began");
});

test("opens a generation on an empty draft, and not over one in progress", async () => {
  const empty = openFakeStudio();
  await empty.draft.last.take(jpeg("z.jpg"));
  empty.studio.select("one");
  expect(empty.draft.get()).toMatchObject({ prompt: "it began", last: {} });
  const begun = openFakeStudio();
  begun.draft.change({ type: "prompt-written", prompt: "mine" });
  begun.studio.select("one");
  expect(begun.draft.get().prompt).toBe("mine");
});

test("returns to a run in progress, unless a new draft was started", async () => {
  const idle = openFakeStudio();
  idle.studio.comeBack(done);
  expect(idle.studio.get().selectedClick).toBe("one");
  const begun = openFakeStudio();
  await begun.studio.takePicture(jpeg("a.jpg"));
  begun.studio.comeBack(done);
  expect(begun.studio.get().selectedClick).toBeUndefined();
});

test("begins with the last frame of a film, and keeps what was written", async () => {
  const { draft, studio, focus } = openFakeStudio();
  studio.select("one");
  draft.change({ type: "prompt-written", prompt: "and then" });
  await studio.takeFilm("one", "first");
  expect(studio.get().selectedClick).toBeUndefined();
  expect(draft.get()).toMatchObject({ prompt: "and then", first: { picture: { name: "last" } } });
  expect(focus).toHaveBeenCalledWith("prompt");
});

test("ends on the first frame of a film where the model takes a last picture", async () => {
  const { draft, studio } = openFakeStudio();
  await studio.takeFilm("one", "last");
  expect(draft.get().last.picture?.name).toBe("first");

  const without = openFakeStudio({ findOffers: () => [{ ...offer, takesEndPicture: false }] });
  await without.studio.takeFilm("one", "last");
  expect(without.draft.get().last).toEqual({});
});

test("takes no frame of a film that is not here", async () => {
  const { draft, studio } = openFakeStudio();
  await studio.takeFilm("another", "first");
  expect(draft.get().first).toEqual({});
});
