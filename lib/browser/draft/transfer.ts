import type { Problem } from "@/lib/problems";
import type { SlotOptions } from "./slot-options";
import type { DraftPicture, Upload } from "./slot-state";

export type TransferDeps = {
  /** Now, in milliseconds, by the clock of the server. */
  now(): number;
  /** Resolves with the address, or with why there is none. Rejects when it is aborted. */
  upload(file: File, options: UploadOptions): Promise<string | Problem>;
};

type UploadOptions = {
  onProgress: (fraction: number, attempt: number) => void;
  signal: AbortSignal;
};

type Uploading = {
  file: File;
  previewUrl: string;
  controller: AbortController;
  url: Promise<string | undefined>;
};

/** The upload of a slot's picture: one at a time, the newest. */
export function openTransfer(
  { now, upload }: TransferDeps,
  { field, change }: Pick<SlotOptions, "field" | "change">,
) {
  let uploading: Uploading | undefined;

  function start(file: File, previewUrl: string): void {
    uploading?.controller.abort();
    const controller = new AbortController();
    uploading = { file, previewUrl, controller, url: send(file, previewUrl, controller.signal) };
  }

  async function send(file: File, previewUrl: string, signal: AbortSignal) {
    const report = (changed: Upload) => {
      if (!signal.aborted) change({ type: "upload-changed", previewUrl, upload: changed });
    };
    report({ status: "sending", fraction: 0 });
    const sent = await upload(file, {
      signal,
      onProgress: (fraction, attempt) => report({ status: "sending", fraction, attempt }),
    }).catch(() => undefined);
    if (sent === undefined || signal.aborted) return undefined;
    if (typeof sent === "string") {
      report({ status: "done", url: sent, at: now() });
      return sent;
    }
    // What is wrong with the last picture is said beside it, and names it.
    const found = field === "image_url" ? sent : { ...sent, field };
    report({ status: "failed", problem: found, at: now() });
    return undefined;
  }

  return {
    start,
    stop(): void {
      uploading?.controller.abort();
      uploading = undefined;
    },
    retry(): void {
      if (uploading) start(uploading.file, uploading.previewUrl);
    },
    /** An upload that had not ended begins anew. */
    restore({ preview, upload }: DraftPicture, file: File): void {
      if (!preview.url) return;
      if (upload.status === "sending") {
        start(file, preview.url);
        return;
      }
      const url = upload.status === "done" ? upload.url : undefined;
      const controller = new AbortController();
      uploading = { file, previewUrl: preview.url, controller, url: Promise.resolve(url) };
    },
    uploaded: () => uploading?.url,
    findFile: (previewUrl: string | undefined) =>
      uploading?.previewUrl === previewUrl ? uploading?.file : undefined,
  };
}
