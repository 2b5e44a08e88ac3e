import type { UpstreamKind } from "@/lib/api/upstream-kind";
import type { Draft, DraftWords } from "./draft";
import type { Restored } from "./lazy-parts";
import type { DraftPicture, Upload } from "./slot-state";
import { isUploadFresh } from "./upload-age";

/** What a reload brings back. The file is kept apart: it is large, and written once. */
export type KeptDraft = DraftWords & {
  picture?: Omit<DraftPicture, "upload"> & { uploaded?: KeptUpload };
};

/** `upstream`: an address at one is of no use to another. */
export type KeptUpload = { url: string; at: number; upstream: UpstreamKind };

export type Kept = { draft: KeptDraft; file?: File };

/** What is written down of a draft. */
export function toKept(draft: Draft, upstream: UpstreamKind): KeptDraft {
  const { prompt, optimizePrompt, choice, first } = draft;
  if (!first.picture) return { prompt, optimizePrompt, choice };
  const { upload, ...picture } = first.picture;
  const uploaded =
    upload.status === "done" ? { url: upload.url, at: upload.at, upstream } : undefined;
  return { prompt, optimizePrompt, choice, picture: { ...picture, uploaded } };
}

type RestoreOptions = {
  upstream: UpstreamKind;
  /** In milliseconds by the server's clock. */
  now: number;
  createUrl: (file: Blob) => string;
};

/** A kept draft as it is shown again. */
export function toRestored(
  { draft: { picture, ...words }, file }: Kept,
  { upstream, now, createUrl }: RestoreOptions,
): Restored {
  if (!picture) return { draft: words };
  const { uploaded, ...kept } = picture;
  const isFresh =
    uploaded?.upstream === upstream && isUploadFresh(uploaded.at, now, file !== undefined);
  // Without bytes and without an address that holds, the words alone are back.
  if (!file && (!isFresh || kept.preview.url?.startsWith("blob:"))) return { draft: words };
  // An earlier version kept sentences.
  const notes = kept.notes.filter((note) => typeof note === "object");
  const preview = file ? { ...kept.preview, url: createUrl(file) } : kept.preview;
  const upload: Upload =
    isFresh && uploaded
      ? { status: "done", url: uploaded.url, at: uploaded.at }
      : { status: "sending", fraction: 0 };
  const restored = { ...kept, notes, isCropped: false, isSeeThrough: false, preview, upload };
  return { draft: { ...words, picture: restored }, file };
}
