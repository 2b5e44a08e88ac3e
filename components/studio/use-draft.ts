"use client";

import { useReducer, useRef } from "react";
import { changeDraft, type DraftPicture, emptyDraft, isUntouched } from "@/lib/draft";
import { problem } from "@/lib/problems";
import type { UpstreamKind } from "@/lib/upstream-kind";
import { useKeptDraft } from "./use-kept-draft";

type Uploading = {
  file: File;
  previewUrl: string;
  controller: AbortController;
  url: Promise<string | undefined>;
};

/** The draft, and the upload that starts as soon as a picture is accepted. */
export function useDraft(upstream: UpstreamKind) {
  const [draft, change] = useReducer(changeDraft, emptyDraft);
  const uploading = useRef<Uploading>(undefined);
  const isRestored = useKeptDraft(draft, {
    upstream,
    findFile: (previewUrl) =>
      uploading.current?.previewUrl === previewUrl ? uploading.current.file : undefined,
    onRestore({ words, picture, file }) {
      if (!isUntouched(draft)) return;
      change({ type: "draft-restored", words, picture });
      if (!picture || !file) return;
      const { preview, upload } = picture;
      if (upload.status === "sending") return startUpload(file, preview.url);
      const url = upload.status === "done" ? upload.url : undefined;
      const controller = new AbortController();
      uploading.current = { file, previewUrl: preview.url, controller, url: Promise.resolve(url) };
    },
  });

  async function takePicture(file: File) {
    change({ type: "picture-dropped", name: file.name });
    const { readPicture, PictureRefused } = await import("@/lib/browser/picture");
    try {
      const { file: fit, width, height, notes } = await readPicture(file);
      const preview = { url: URL.createObjectURL(fit), width, height };
      const upload = { status: "sending", fraction: 0 } as const;
      change({
        type: "picture-accepted",
        picture: { name: file.name, bytes: fit.size, preview, notes, upload },
      });
      startUpload(fit, preview.url);
    } catch (error) {
      const { problem: found, size } =
        error instanceof PictureRefused ? error : new PictureRefused("picture_unreadable");
      const preview = size && { ...size, url: URL.createObjectURL(file) };
      change({ type: "picture-refused", problem: found, preview });
    }
  }

  function startUpload(file: File, previewUrl: string) {
    uploading.current?.controller.abort();
    const controller = new AbortController();
    const url = send(file, previewUrl, controller.signal);
    uploading.current = { file, previewUrl, controller, url };
  }

  async function send(
    file: File,
    previewUrl: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const report = (upload: DraftPicture["upload"]) =>
      change({ type: "upload-changed", previewUrl, upload });
    report({ status: "sending", fraction: 0 });
    try {
      const { uploadPicture } = await import("@/lib/browser/fal");
      const url = await uploadPicture(file, {
        signal,
        onProgress: (fraction) => report({ status: "sending", fraction }),
      });
      report({ status: "done", url, at: Date.now() });
      return url;
    } catch {
      if (!signal.aborted) {
        report({
          status: "failed",
          problem: problem(navigator.onLine ? "upload_failed" : "offline"),
        });
      }
      return undefined;
    }
  }

  return {
    draft,
    change,
    /** Whether a draft from before a reload is back, if there was one. */
    isRestored,
    takePicture,
    /** Resolves with the picture's address once it is uploaded; `undefined` when the upload failed. */
    uploaded: () => uploading.current?.url,
    retryUpload() {
      const last = uploading.current;
      if (last) startUpload(last.file, last.previewUrl);
    },
    removePicture() {
      uploading.current?.controller.abort();
      uploading.current = undefined;
      change({ type: "picture-removed" });
    },
  };
}
