import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { fill } from "@/lib/messages/fill";
import { findUnreadable } from "@/lib/picture/unreadable";
import { problem } from "@/lib/problems";
import { serverNow } from "../http/server-clock";
import { loadScript, nameFailure } from "../page/load-script";
import { openDraftDatabase } from "./draft-database";
import { toKept, toRestored } from "./kept-draft";
import type { DraftParts } from "./lazy-parts";
import { openPipeline, type PipelineDeps } from "./pipeline";

export type PageDraftOptions = {
  findUpstream: () => UpstreamKind;
  /** Says the size of a picture, in the words of the page. */
  findSizeWords: () => string;
};

const createUrl = (file: Blob) => URL.createObjectURL(file);

/** What this page's draft does with pictures, and where it is kept over a reload. */
export function openPageParts({ findUpstream, findSizeWords }: PageDraftOptions): DraftParts {
  const deps: PipelineDeps = {
    now: serverNow,
    createUrl,
    // A video is read outside the thread that names what it can't read.
    nameFailure: (error) => findUnreadable(error) ?? nameFailure(error),
    nameSize: (size) => fill(findSizeWords(), size),
    async prepare(file, signal) {
      const { preparePicture } = await loadScript(() => import("../picture/preparation"));
      return preparePicture(file, signal);
    },
    async openVideo(file, signal) {
      const { openVideo } = await loadScript(() => import("../picture/dropped-video"));
      return openVideo(file, signal);
    },
    async upload(file, options) {
      const script = await loadScript(() => import("./upload")).catch(() => undefined);
      if (!script) return problem("page_incomplete");
      return script.uploadPicture(file, options).catch((error: unknown) => {
        options.signal.throwIfAborted();
        return script.toUploadProblem(error);
      });
    },
  };
  const database = openDraftDatabase();
  return {
    openPipeline: (options) => openPipeline(deps, options),
    storage: {
      ...database,
      async read() {
        const kept = await database.read();
        const upstream = findUpstream();
        return kept && toRestored(kept, { upstream, now: serverNow(), createUrl });
      },
      keep: (draft, file) => database.keep(toKept(draft, findUpstream()), file),
    },
  };
}
