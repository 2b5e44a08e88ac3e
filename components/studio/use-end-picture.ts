"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useMessages } from "@/components/messages";
import { isUploadOld, type Upload } from "@/lib/browser/draft/draft";
import { serverNow } from "@/lib/browser/http/server-clock";
import { loadScript, nameFailure } from "@/lib/browser/page/load-script";
import type { Generation } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { type Problem, problem } from "@/lib/problems";
import { useReleasedUrls } from "./use-released-urls";

export type EndPicture =
  | { status: "checking"; name: string }
  /** `unsent`: what could not be uploaded, though the picture is fine. */
  | { status: "refused"; problem: Problem; unsent?: File }
  /** Without a name and a preview it is that of an earlier run, of which there is no copy here. */
  | { status: "taken"; name?: string; previewUrl?: string; upload: Upload };

export function isUploaded(endPicture: EndPicture): boolean {
  return endPicture.status === "taken" && endPicture.upload.status === "done";
}

type Taking = { controller: AbortController; url: Promise<string | undefined> };

const field = "end_image_url";

const loadKept = () => loadScript(() => import("@/lib/browser/kept-draft"));

/**
 * The picture that the video is to end on: prepared and uploaded as soon as it is chosen, and kept over a reload, as
 * the first one is.
 */
export function useEndPicture() {
  const words = useMessages().picture;
  const [endPicture, setEndPicture] = useState<EndPicture>();
  const taking = useRef<Taking>(undefined);
  const hasChosen = useRef(false);
  useReleasedUrls(endPicture?.status === "taken" ? [endPicture.previewUrl] : []);

  const handleRestore = useEffectEvent((file: File) => {
    if (!hasChosen.current) take(file);
  });
  useEffect(() => {
    void loadKept()
      .then(({ readEndPicture }) => readEndPicture())
      .then((file) => file && handleRestore(file))
      // What this browser does not keep is chosen again.
      .catch(() => {});
  }, []);

  function keep(file: File | undefined) {
    hasChosen.current = true;
    void loadKept().then(
      ({ keepEndPicture }) => keepEndPicture(file),
      () => {},
    );
  }

  function take(file: File) {
    keep(file);
    taking.current?.controller.abort();
    const controller = new AbortController();
    const { signal } = controller;
    const show = (next: EndPicture) => {
      if (!signal.aborted) setEndPicture(next);
    };
    taking.current = { controller, url: prepareAndUpload(file, signal, show) };
  }

  async function prepareAndUpload(
    file: File,
    signal: AbortSignal,
    show: (next: EndPicture) => void,
  ): Promise<string | undefined> {
    show({ status: "checking", name: file.name });
    const found = await prepare(file, signal).catch((error: unknown) =>
      problem(nameFailure(error), { field }),
    );
    if (!(found instanceof File)) {
      show({ status: "refused", problem: found });
      return undefined;
    }
    const previewUrl = URL.createObjectURL(found);
    const report = (upload: Upload) =>
      show({ status: "taken", name: file.name, previewUrl, upload });
    report({ status: "sending", fraction: 0 });
    const script = await loadScript(() => import("@/lib/browser/upload")).catch(() => undefined);
    if (!script) {
      show({ status: "refused", problem: problem("page_incomplete", { field }) });
      return undefined;
    }
    try {
      const url = await script.uploadPicture(found, {
        signal,
        onProgress: (fraction, attempt) => report({ status: "sending", fraction, attempt }),
      });
      report({ status: "done", url, at: serverNow() });
      return url;
    } catch (error) {
      const refused = { ...script.toUploadProblem(error), field };
      show({ status: "refused", problem: refused, unsent: file });
      return undefined;
    }
  }

  async function prepare(file: File, signal: AbortSignal): Promise<File | Problem> {
    const [{ preparePicture }, { middleOf }] = await Promise.all([
      loadScript(() => import("@/lib/browser/picture/preparation")),
      loadScript(() => import("@/lib/browser/picture/fit")),
    ]);
    const opened = await preparePicture(file, signal);
    // It ends a video whose shape the first picture gives: the middle of it is as good a part as any.
    const prepared = opened.kind === "too-long" ? await opened.crop(middleOf(opened.size)) : opened;
    if (prepared.kind !== "ready") {
      const size = "size" in prepared ? prepared.size : undefined;
      const found = prepared.kind === "refused" ? prepared.problem : problem("picture_unreadable");
      return { ...found, field, detail: size && fill(words.size, size) };
    }
    return prepared.picture.file;
  }

  function remove() {
    keep(undefined);
    taking.current?.controller.abort();
    taking.current = undefined;
    setEndPicture(undefined);
  }

  /** That of an earlier run, as long as the upstream has it. */
  function restore(generation: Generation) {
    const url = generation.input.end_image_url;
    remove();
    if (!url || isUploadOld(generation, serverNow())) return;
    const at = Date.parse(generation.createdAt);
    taking.current = { controller: new AbortController(), url: Promise.resolve(url) };
    setEndPicture({ status: "taken", upload: { status: "done", url, at } });
  }

  return {
    endPicture,
    take,
    remove,
    restore,
    /** Resolves with its address once it is uploaded; `undefined` when there is none, or it can't be sent. */
    uploaded: () => taking.current?.url,
  };
}
