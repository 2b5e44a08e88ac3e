"use client";

import { startTransition, useEffect, useEffectEvent, useState } from "react";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import {
  type Draft,
  type DraftPicture,
  type DraftWords,
  isUploadFresh,
  isWorthKeeping,
} from "@/lib/browser/draft/draft";
import { serverNow } from "@/lib/browser/http/server-clock";
import type { KeptDraft } from "@/lib/browser/kept-draft";
import { loadScript } from "@/lib/browser/page/load-script";

// After the first paint: an empty studio waits for nothing.
const load = () => loadScript(() => import("@/lib/browser/kept-draft"));

type Restored = { words: DraftWords; picture?: DraftPicture; file?: File };

type Options = {
  upstream: UpstreamKind;
  /** The file of the draft's picture, when this tab has it. */
  findFile: (previewUrl: string) => File | undefined;
  onRestore: (restored: Restored) => void;
};

/** Keeps a draft over a reload until it is sent or removed. Returns whether an earlier one has been looked for. */
export function useKeptDraft(draft: Draft, { upstream, findFile, onRestore }: Options): boolean {
  const [isRestored, setIsRestored] = useState(false);

  const handleRestore = useEffectEvent(onRestore);
  useEffect(() => {
    let hasLeft = false;
    void load()
      .then(({ readKeptDraft }) => readKeptDraft())
      .catch(() => undefined)
      .then((kept) => {
        if (hasLeft) return;
        if (kept) handleRestore(restore(kept.draft, kept.file, upstream));
        startTransition(() => setIsRestored(true));
      });
    return () => {
      hasLeft = true;
    };
  }, [upstream]);

  const { prompt, optimizePrompt, choice, picture } = draft;
  const isKept = isWorthKeeping(draft);
  const handleKeep = useEffectEvent(async () => {
    const { keepDraft, forgetDraft } = await load();
    if (!isKept) return forgetDraft();
    const kept = picture && toKept(picture, upstream);
    keepDraft(
      { prompt, optimizePrompt, choice, picture: kept },
      picture && findFile(picture.preview.url),
    );
  });
  const uploaded = picture?.upload.status === "done" ? picture.upload.url : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: written when one of these changes, not at each step of an upload.
  useEffect(() => {
    if (isRestored) void handleKeep();
  }, [isRestored, isKept, prompt, optimizePrompt, choice, picture?.preview.url, uploaded]);

  return isRestored;
}

function toKept({ upload, ...picture }: DraftPicture, upstream: UpstreamKind) {
  return upload.status === "done"
    ? { ...picture, uploaded: { url: upload.url, at: upload.at, upstream } }
    : picture;
}

function restore(
  { picture, ...words }: KeptDraft,
  file: File | undefined,
  upstream: UpstreamKind,
): Restored {
  if (!picture) return { words };
  const { uploaded, ...kept } = picture;
  // An earlier version kept sentences.
  const facts = {
    ...kept,
    isCropped: false,
    notes: kept.notes.filter((note) => typeof note === "object"),
  };
  const isFresh =
    uploaded?.upstream === upstream && isUploadFresh(uploaded.at, serverNow(), file !== undefined);
  // Neither bytes nor an address that holds: the words alone are back.
  if (!file && (!isFresh || facts.preview.url.startsWith("blob:"))) return { words };
  const preview = file ? { ...facts.preview, url: URL.createObjectURL(file) } : facts.preview;
  const upload: DraftPicture["upload"] =
    isFresh && uploaded
      ? { status: "done", url: uploaded.url, at: uploaded.at }
      : { status: "sending", fraction: 0 };
  return { words, picture: { ...facts, preview, upload }, file };
}
