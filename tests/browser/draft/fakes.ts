import { vi } from "vitest";
import type { DraftStorage } from "@/lib/browser/draft/lazy-parts";
import { type DraftDeps, openDraft } from "@/lib/browser/draft/open-draft";
import { openPipeline, type PipelineDeps } from "@/lib/browser/draft/pipeline";
import type { Preparation } from "@/lib/browser/picture/preparation";
import { type Problem, problem } from "@/lib/problems";

export const jpeg = (name: string) => new File(["x"], name, { type: "image/jpeg" });

export const prepared = (file: File): Preparation => ({
  kind: "ready",
  picture: { file, width: 640, height: 427, thumbnail: "data:,", notes: [], isSeeThrough: false },
});

/** Opens a draft store over fakes. By default, pictures are fine and uploads wait for `settle`. */
export function openFakeDraft(changes: Partial<PipelineDeps & DraftDeps> = {}) {
  const uploads: { name: string; settle: (sent: string | Problem) => void; signal: AbortSignal }[] =
    [];
  let made = 0;
  const storage = {
    read: vi.fn<DraftStorage["read"]>(async () => undefined),
    keep: vi.fn(),
    forget: vi.fn(),
    readLast: vi.fn<DraftStorage["readLast"]>(async () => undefined),
    keepLast: vi.fn(),
  };
  const pipelineDeps: PipelineDeps = {
    now: () => 0,
    createUrl: () => `blob:${++made}`,
    findWish: () => ({ longSide: 1280, background: "ffffff" }),
    prepare: async (file) => prepared(file),
    openVideo: async () => ({ picture: jpeg("frame.jpg") }),
    upload: (file, { signal }) =>
      new Promise((settle) => void uploads.push({ name: file.name, settle, signal })),
    nameFailure: () => "picture_unreadable",
    nameSize: ({ width, height }) => `${width} × ${height}`,
    ...changes,
  };
  const deps: DraftDeps = {
    now: () => 0,
    nameFailure: () => "page_incomplete",
    releaseUrl: vi.fn(),
    loadParts: async () => ({
      openPipeline: (options) => openPipeline(pipelineDeps, options),
      storage,
    }),
    ...changes,
  };
  return { draft: openDraft(deps), deps, uploads, storage };
}

export const failed = problem("upload_failed");
