import { expect, test, vi } from "vitest";
import type { Found } from "@/lib/browser/intake/search";
import type { Preparation } from "@/lib/browser/picture/preparation";
import type { Generation } from "@/lib/generation";
import { problem } from "@/lib/problems";
import { failed, jpeg, openFakeDraft, prepared } from "./fakes";

const generationOf = (pictures: { image_url?: string }) =>
  ({
    model: "m",
    input: { prompt: "before", prompt_optimizer: false, ...pictures },
    createdAt: new Date(0).toISOString(),
  }) as Generation;
const firstOf = ({ draft }: ReturnType<typeof openFakeDraft>) => draft.get().first;

test("uploads a picture as soon as it is dropped", async () => {
  const opened = openFakeDraft();
  await opened.draft.first.take(jpeg("a.jpg"));
  expect(firstOf(opened).picture).toMatchObject({ name: "a.jpg", upload: { status: "sending" } });
  opened.uploads[0]?.settle("https://fal/a");
  await expect(opened.draft.uploaded(["first"])).resolves.toEqual({ first: "https://fal/a" });
  expect(firstOf(opened).picture?.upload).toEqual({ status: "done", url: "https://fal/a", at: 0 });
});

test("uses the second picture when it is dropped while the first is being prepared", async () => {
  const slow = Promise.withResolvers<Preparation>();
  const opened = openFakeDraft({
    prepare: (file) => (file.name === "slow.jpg" ? slow.promise : Promise.resolve(prepared(file))),
  });
  const first = opened.draft.first.take(jpeg("slow.jpg"));
  await opened.draft.first.take(jpeg("quick.jpg"));
  slow.resolve(prepared(jpeg("slow.jpg")));
  await first;
  expect(firstOf(opened).picture?.name).toBe("quick.jpg");
  expect(opened.uploads.map(({ name }) => name)).toEqual(["quick.jpg"]);
});

test("stops the upload of a picture that is replaced, and releases its file", async () => {
  const opened = openFakeDraft();
  await opened.draft.first.take(jpeg("a.jpg"));
  await opened.draft.first.take(jpeg("b.jpg"));
  expect(opened.uploads[0]?.signal.aborted).toBe(true);
  expect(opened.deps.releaseUrl).toHaveBeenCalledWith("blob:1");
});

test("says that an upload failed, and retries it", async () => {
  const opened = openFakeDraft();
  await opened.draft.first.take(jpeg("a.jpg"));
  opened.uploads[0]?.settle(failed);
  await expect(opened.draft.uploaded(["first"])).resolves.toEqual({ first: undefined });
  expect(firstOf(opened).picture?.upload).toMatchObject({ status: "failed", problem: failed });
  await opened.draft.first.retryUpload();
  opened.uploads[1]?.settle("https://fal/a");
  await expect(opened.draft.uploaded(["first"])).resolves.toEqual({ first: "https://fal/a" });
});

test("keeps the picture when the next one is refused", async () => {
  const opened = openFakeDraft({
    prepare: async (file) =>
      file.name === "small.png"
        ? { kind: "refused", problem: problem("picture_too_small") }
        : prepared(file),
  });
  await opened.draft.first.take(jpeg("a.jpg"));
  await opened.draft.first.take(jpeg("small.png"));
  expect(firstOf(opened)).toMatchObject({
    picture: { name: "a.jpg" },
    problem: { code: "picture_too_small", field: "image_url" },
  });
});

test("goes by the name of a search until the picture is found, and keeps what is said of it", async () => {
  const opened = openFakeDraft();
  const found = Promise.withResolvers<Found>();
  const taking = opened.draft.first.take({ name: "a.example", find: () => found.promise });
  expect(firstOf(opened).checking).toBe("a.example");
  const notes = [{ code: "leftOut", values: { names: "b.jpg" } }] as const;
  found.resolve({ kind: "found", file: jpeg(`${"a".repeat(300)}.jpg`), notes });
  await taking;
  expect(firstOf(opened).picture).toMatchObject({ name: `${"a".repeat(95)}….jpg`, notes });
});

test("says why a search found nothing, and keeps the picture", async () => {
  const opened = openFakeDraft();
  await opened.draft.first.take(jpeg("a.jpg"));
  const found = { ...problem("folder_empty"), detail: "Holidays" };
  await opened.draft.first.take({
    name: "Holidays",
    find: async () => ({ kind: "refused", problem: found }),
  });
  expect(firstOf(opened)).toMatchObject({
    picture: { name: "a.jpg" },
    problem: { code: "folder_empty", detail: "Holidays", field: "image_url" },
  });
});

test("ends a search when another picture takes its place", async () => {
  const opened = openFakeDraft();
  const searching = Promise.withResolvers<AbortSignal>();
  const found = Promise.withResolvers<Found>();
  const find = (signal: AbortSignal) => {
    searching.resolve(signal);
    return found.promise;
  };
  const taking = opened.draft.first.take({ name: "a.example", find });
  const signal = await searching.promise;
  await opened.draft.first.take(jpeg("b.jpg"));
  expect(signal.aborted).toBe(true);
  found.resolve({ kind: "found", file: jpeg("a.jpg") });
  await taking;
  expect(firstOf(opened).picture?.name).toBe("b.jpg");
});

const size = { width: 6000, height: 1000 };
const part = { x: 10, y: 0, width: 2500, height: 1000 };
const tooLong = async (file: File): Promise<Preparation> => ({
  kind: "too-long",
  preview: file,
  size,
  crop: async () => prepared(jpeg("part.jpg")),
});

test("offers a crop, sends the part, and crops the same picture again", async () => {
  const opened = openFakeDraft({ prepare: tooLong });
  await opened.draft.first.take(jpeg("wide.jpg"));
  expect(firstOf(opened).cropping).toMatchObject({ name: "wide.jpg", preview: size });
  await opened.draft.first.crop(part);
  expect(firstOf(opened)).toMatchObject({ picture: { isCropped: true } });
  await opened.draft.first.cropAgain();
  expect(firstOf(opened).cropping).toMatchObject({ name: "wide.jpg", part });
});

test("stops a crop that is cancelled while it is being prepared", async () => {
  const slow = Promise.withResolvers<Preparation>();
  const crop = () => slow.promise;
  const opened = openFakeDraft({
    prepare: async (file) => ({ kind: "too-long", preview: file, size, crop }),
  });
  await opened.draft.first.take(jpeg("wide.jpg"));
  const cropping = opened.draft.first.crop(part);
  await vi.waitFor(() => expect(firstOf(opened).checking).toBe("wide.jpg"));
  opened.draft.first.cancelCrop();
  slow.resolve(prepared(jpeg("part.jpg")));
  await cropping;
  expect(firstOf(opened)).toEqual({});
  expect(opened.uploads).toHaveLength(0);
});

test("keeps nothing of a cancelled crop", async () => {
  const opened = openFakeDraft({ prepare: tooLong });
  await opened.draft.first.take(jpeg("wide.jpg"));
  opened.draft.first.cancelCrop();
  await opened.draft.first.crop(part);
  expect(firstOf(opened)).toEqual({});
});

test("crops a last picture that is too wide to its middle", async () => {
  const opened = openFakeDraft({ prepare: tooLong });
  await opened.draft.last.take(jpeg("wide.jpg"));
  expect(opened.draft.get().last.picture?.name).toBe("wide.jpg");
});

test("removes the last picture when the next one is refused", async () => {
  const opened = openFakeDraft({
    prepare: async (file) =>
      file.name === "small.png"
        ? { kind: "refused", problem: problem("picture_too_small") }
        : prepared(file),
  });
  await opened.draft.last.take(jpeg("a.jpg"));
  await opened.draft.last.take(jpeg("small.png"));
  expect(opened.draft.get().last.picture).toBeUndefined();
  expect(opened.draft.get().last.problem?.field).toBe("end_image_url");
  await expect(opened.draft.uploaded(["last"])).resolves.toEqual({ last: undefined });
});

test("prepares a last picture again when its upload is retried", async () => {
  const prepare = vi.fn(async (file: File) => prepared(file));
  const opened = openFakeDraft({ prepare });
  await opened.draft.last.take(jpeg("z.jpg"));
  opened.uploads[0]?.settle(failed);
  await opened.draft.uploaded(["last"]);
  await opened.draft.last.retryUpload();
  expect(prepare).toHaveBeenCalledTimes(2);
  opened.uploads[1]?.settle("https://fal/z");
  await expect(opened.draft.uploaded(["last"])).resolves.toEqual({ last: "https://fal/z" });
});

test("stops what is being prepared when a generation with a picture is reused, and only then", async () => {
  const slow = Promise.withResolvers<Preparation>();
  const prepare = () => slow.promise;
  const [replaced, left] = [openFakeDraft({ prepare }), openFakeDraft({ prepare })];
  const taking = [replaced, left].map(({ draft }) => draft.first.take(jpeg("slow.jpg")));
  replaced.draft.reuse(generationOf({ image_url: "https://fal/before" }));
  left.draft.reuse(generationOf({}));
  // Each of them has reached its pipeline.
  await Promise.all([replaced, left].map(({ draft }) => draft.first.retryUpload()));
  slow.resolve(prepared(jpeg("slow.jpg")));
  await Promise.all(taking);
  expect(firstOf(replaced).picture?.upload).toMatchObject({ url: "https://fal/before" });
  expect(firstOf(left).picture?.name).toBe("slow.jpg");
});

test("says that the page is incomplete when the script for pictures can't be loaded, and retries it", async () => {
  const { deps } = openFakeDraft();
  const loadParts = vi.fn(deps.loadParts).mockRejectedValueOnce(new Error("gone"));
  const opened = openFakeDraft({ loadParts });
  await opened.draft.first.take(jpeg("a.jpg"));
  expect(firstOf(opened)).toEqual({ problem: problem("page_incomplete", { field: "image_url" }) });
  await opened.draft.first.take(jpeg("a.jpg"));
  expect(firstOf(opened).picture?.name).toBe("a.jpg");
});

test("runs actions that were requested before its script arrived, in the same order", async () => {
  const script = Promise.withResolvers<void>();
  const { deps } = openFakeDraft();
  const opened = openFakeDraft({ loadParts: () => script.promise.then(deps.loadParts) });
  const taking = opened.draft.first.take(jpeg("a.jpg"));
  expect(firstOf(opened).checking).toBe("a.jpg");
  opened.draft.first.remove();
  expect(firstOf(opened)).toEqual({});
  script.resolve();
  await taking;
  expect(firstOf(opened)).toEqual({});
});

test("waits for a last picture that is still being prepared", async () => {
  const slow = Promise.withResolvers<Preparation>();
  const opened = openFakeDraft({
    prepare: () => slow.promise,
    upload: async () => "https://fal/z",
  });
  void opened.draft.last.take(jpeg("z.jpg"));
  const uploaded = opened.draft.uploaded(["last"]);
  slow.resolve(prepared(jpeg("z.jpg")));
  await expect(uploaded).resolves.toEqual({ last: "https://fal/z" });
});

const kept = {
  ...{ prompt: "it begins", optimizePrompt: true, choice: {} },
  picture: {
    name: "a.jpg",
    preview: { url: "blob:kept", width: 3, height: 2 },
    notes: [],
    upload: { status: "sending", fraction: 0 },
  },
} as const;

test("restores the draft after a reload, and uploads again what had not been sent", async () => {
  const opened = openFakeDraft();
  opened.storage.read.mockResolvedValue({ draft: kept, file: jpeg("a.jpg") });
  opened.draft.subscribe(() => {});
  await vi.waitFor(() => expect(opened.draft.get().isRestored).toBe(true));
  expect(opened.draft.get()).toMatchObject({ prompt: "it begins" });
  expect(opened.uploads).toHaveLength(1);
});

test("does not replace a draft that was started meanwhile, and releases the stored file", async () => {
  const opened = openFakeDraft();
  opened.storage.read.mockResolvedValue({ draft: kept, file: jpeg("a.jpg") });
  opened.draft.subscribe(() => {});
  opened.draft.change({ type: "prompt-written", prompt: "x" });
  await vi.waitFor(() => expect(opened.draft.get().isRestored).toBe(true));
  expect(opened.draft.get().prompt).toBe("x");
  expect(opened.deps.releaseUrl).toHaveBeenCalledWith("blob:kept");
});

test("restores a last picture that was stored without a prompt", async () => {
  const opened = openFakeDraft();
  opened.storage.readLast.mockResolvedValue(jpeg("end.jpg"));
  opened.draft.subscribe(() => {});
  await vi.waitFor(() => expect(opened.draft.get().last.picture?.name).toBe("end.jpg"));
});

test("returns the stored draft, and deletes it once it is empty", async () => {
  const opened = openFakeDraft();
  opened.draft.subscribe(() => {});
  await vi.waitFor(() => expect(opened.draft.get().isRestored).toBe(true));
  opened.draft.change({ type: "prompt-written", prompt: "x" });
  expect(opened.storage.keep).toHaveBeenCalledOnce();
  opened.storage.forget.mockClear();
  opened.draft.change({ type: "prompt-written", prompt: "" });
  expect(opened.storage.forget).toHaveBeenCalledOnce();
});

test("continues with a frame", async () => {
  const opened = openFakeDraft();
  await opened.draft.continueFrom(generationOf({}), "at 2.0 s", Promise.resolve(jpeg("frame.jpg")));
  expect(opened.draft.get()).toMatchObject({
    prompt: "",
    first: { picture: { name: "at 2.0 s" } },
  });
});
