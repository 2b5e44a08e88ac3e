"use client";

import { useReducer, useRef } from "react";
import { useMessages } from "@/components/messages";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { changeDraft, type DraftPicture, emptyDraft, isUntouched } from "@/lib/browser/draft/draft";
import { serverNow } from "@/lib/browser/http/server-clock";
import { loadScript, nameFailure } from "@/lib/browser/page/load-script";
import type { Area } from "@/lib/browser/picture/fit";
import type { Preparation } from "@/lib/browser/picture/preparation";
import { fill } from "@/lib/messages/fill";
import type { Note } from "@/lib/picture/note";
import { type Problem, problem } from "@/lib/problems";
import { useKeptDraft } from "./use-kept-draft";
import { useReleasedUrls } from "./use-released-urls";

const loadUpload = () => loadScript(() => import("@/lib/browser/upload"));

type Uploading = {
  file: File;
  previewUrl: string;
  controller: AbortController;
  url: Promise<string | undefined>;
};

type Preparing = {
  name: string;
  /** Absent until it is taken out of a video. */
  file?: File;
  notes: readonly Note[];
  controller: AbortController;
  crop?: (part: Area) => Promise<Preparation>;
  /** What was chosen of it, if anything was. */
  part?: Area;
};

/** What was whole before a part of it was sent. */
type Cropped = { file: File; part: Area; notes: readonly Note[] };

type Refused = Extract<Preparation, { kind: "refused" }>;

// By its name as well: not every system knows what an MP4 is.
function isVideo({ type, name }: File): boolean {
  return type.startsWith("video/") || /\.(mp4|m4v|mov)$/i.test(name);
}

/** The draft, and the upload that starts as soon as a picture is accepted. */
export function useDraft(upstream: UpstreamKind) {
  const { picture: words } = useMessages();
  const [draft, change] = useReducer(changeDraft, emptyDraft);
  const preparing = useRef<Preparing>(undefined);
  const cropped = useRef<Cropped>(undefined);
  const uploading = useRef<Uploading>(undefined);
  useReleasedUrls(
    [draft.picture, draft.cropping].map((one) => one?.preview.url).concat(draft.refused?.url),
  );
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

  /** A file, or the address of one, which goes by the name of its host until it has come. */
  async function takePicture(source: File | URL) {
    if (source instanceof URL) return takeFrom(source.host, (started) => openLink(source, started));
    await takeFrom(source.name, (started) =>
      isVideo(source) ? openVideo(source, started) : source,
    );
  }

  async function takeFrame(player: HTMLVideoElement, url: string) {
    const name = fill(words.frameAt, { seconds: player.currentTime.toFixed(1) });
    const frames = loadScript(() => import("@/lib/browser/player/frames"));
    await takeFrom(name, async () => (await frames).takeFrame(player, url));
    const preview = uploading.current?.previewUrl;
    if (!preview) return;
    await frames.then(
      ({ untilDrawable }) => untilDrawable(preview),
      // Without its script no frame was taken, and that is said.
      () => {},
    );
  }

  async function takeFrom(
    name: string,
    findFile: (started: Preparing) => File | Promise<File | Refused>,
    { part, notes = [] }: Partial<Cropped> = {},
  ): Promise<void> {
    change({ type: "picture-dropped", name });
    stopPreparing();
    const started: Preparing = { name, notes, part, controller: new AbortController() };
    preparing.current = started;
    await settle(started, async () => {
      const file = await findFile(started);
      if (!(file instanceof File)) return file;
      const { preparePicture } = await loadScript(
        () => import("@/lib/browser/picture/preparation"),
      );
      started.file = file;
      return preparePicture(file, started.controller.signal);
    });
  }

  async function openLink(url: URL, started: Preparing): Promise<File | Refused> {
    const { fetchLinkedPicture } = await loadScript(
      () => import("@/lib/browser/picture/picture-link"),
    );
    const found = await fetchLinkedPicture(url, started.controller.signal);
    if (found.kind === "refused") return found;
    started.name = found.file.name;
    return found.file;
  }

  async function openVideo(file: File, started: Preparing): Promise<File> {
    const { signal } = started.controller;
    const { openVideo } = await loadScript(() => import("@/lib/browser/picture/dropped-video"));
    const { picture, settings } = await openVideo(file, signal);
    signal.throwIfAborted();
    if (settings) change({ type: "settings-found", settings });
    started.notes = [{ code: settings ? "video" : "videoUnknown" }];
    return picture;
  }

  async function cropPicture(part: Area) {
    const started = preparing.current;
    const { crop } = started ?? {};
    if (!started || !crop) return;
    started.part = part;
    change({ type: "crop-chosen" });
    await settle(started, () => crop(part));
  }

  /** The picture from before it was cropped, with the part that was chosen. */
  async function cropAgain() {
    const last = cropped.current;
    if (last) await takeFrom(last.file.name, () => last.file, last);
  }

  function stopPreparing() {
    preparing.current?.controller.abort();
    preparing.current = undefined;
  }

  async function settle(started: Preparing, prepare: () => Promise<Preparation>) {
    try {
      const preparation = await prepare();
      if (preparing.current === started) show(started, preparation);
    } catch (error) {
      // Another picture has taken its place.
      if (preparing.current !== started) return;
      const code = nameFailure(error);
      change({ type: "picture-refused", problem: problem(code, { field: "image_url" }) });
    }
  }

  function show(started: Preparing, preparation: Preparation) {
    const { name } = started;
    switch (preparation.kind) {
      case "ready": {
        const { file, width, height, thumbnail } = preparation.picture;
        const notes = [...started.notes, ...preparation.picture.notes];
        const preview = { url: URL.createObjectURL(file), width, height, thumbnail };
        const upload = { status: "sending", fraction: 0 } as const;
        const isCropped = started.crop !== undefined;
        cropped.current =
          isCropped && started.file && started.part
            ? { file: started.file, part: started.part, notes: started.notes }
            : undefined;
        change({
          type: "picture-accepted",
          picture: { name, bytes: file.size, preview, notes, isCropped, upload },
        });
        return startUpload(file, preview.url);
      }
      case "too-long": {
        started.crop = preparation.crop;
        const preview = { url: URL.createObjectURL(preparation.preview), ...preparation.size };
        return change({ type: "crop-offered", cropping: { name, preview, part: started.part } });
      }
      case "refused": {
        const { problem: found, size, isShowable } = preparation;
        const { file } = started;
        const detail = size && fill(words.size, size);
        const preview = isShowable && size && file && { ...size, url: URL.createObjectURL(file) };
        return change({
          type: "picture-refused",
          problem: { ...found, detail },
          preview: preview || undefined,
        });
      }
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
    const fail = (found: Problem) => report({ status: "failed", problem: found, at: serverNow() });
    report({ status: "sending", fraction: 0 });
    const script = await loadUpload().catch(() => undefined);
    if (!script) return void fail(problem("page_incomplete"));
    try {
      const url = await script.uploadPicture(file, {
        signal,
        onProgress: (fraction, attempt) => report({ status: "sending", fraction, attempt }),
      });
      report({ status: "done", url, at: serverNow() });
      return url;
    } catch (error) {
      if (!signal.aborted) fail(script.toUploadProblem(error));
      return undefined;
    }
  }

  return {
    draft,
    change,
    /** Whether a draft from before a reload is back, if there was one. */
    isRestored,
    /** A picture, or the first frame of a video. Resolves when it is accepted or refused. */
    takePicture,
    /** What a player shows; `url` is its video on this server. Resolves when it can be shown in the player's place. */
    takeFrame,
    cropPicture,
    cropAgain,
    cancelCrop() {
      stopPreparing();
      change({ type: "crop-cancelled" });
    },
    /** Resolves with the picture's address once it is uploaded; `undefined` when the upload failed. */
    uploaded: () => uploading.current?.url,
    retryUpload() {
      const last = uploading.current;
      if (last) startUpload(last.file, last.previewUrl);
    },
    removePicture() {
      stopPreparing();
      uploading.current?.controller.abort();
      uploading.current = undefined;
      change({ type: "picture-removed" });
    },
  };
}
