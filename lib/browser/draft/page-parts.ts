import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { fill } from "@/lib/messages/fill";
import { longSideFor } from "@/lib/models/long-side";
import type { Offer } from "@/lib/models/offer";
import { findUnreadable } from "@/lib/picture/unreadable";
import { problem } from "@/lib/problems";
import { serverNow } from "../http/server-clock";
import { loadScript, nameFailure } from "../page/load-script";
import { openDraftDatabase } from "./draft-database";
import { toKept, toRestored } from "./kept-draft";
import type { DraftParts } from "./lazy-parts";
import type { DraftStore } from "./open-draft";
import { openPipeline, type Pipeline, type PipelineDeps } from "./pipeline";

export type PageDraftOptions = {
  findUpstream: () => UpstreamKind;
  /** Says the size of a picture, in the words of the page. */
  findSizeWords: () => string;
  findOffers: () => readonly [Offer, ...Offer[]];
};

type PagePartsOptions = PageDraftOptions & { draft: Pick<DraftStore, "get" | "subscribe"> };

const pipelines = new Set<Pipeline>();
let background = "ffffff";

export const findBackground = () => background;

/** Lays what is see-through on this, of six hex digits, in the pictures of the draft and in those that come. */
export function setBackground(color: string): void {
  background = color;
  refit();
}

function refit() {
  for (const pipeline of pipelines) pipeline.refit();
}

const createUrl = (file: Blob) => URL.createObjectURL(file);

/** What this page's draft does with pictures, and where it is kept over a reload. */
export function openPageParts(options: PagePartsOptions): DraftParts {
  const { findUpstream, findSizeWords, findOffers, draft } = options;
  const findLongSide = () => longSideFor(findOffers(), draft.get().choice);
  let longSide = findLongSide();
  draft.subscribe(() => {
    const before = longSide;
    longSide = findLongSide();
    if (longSide > before) refit();
  });
  const deps: PipelineDeps = {
    now: serverNow,
    createUrl,
    // A video is read outside the thread that names what it can't read.
    nameFailure: (error) => findUnreadable(error) ?? nameFailure(error),
    nameSize: (size) => fill(findSizeWords(), size),
    findWish: () => ({ longSide: findLongSide(), background }),
    async prepare(file, signal, wish) {
      const { preparePicture } = await loadScript(() => import("../picture/preparation"));
      return preparePicture(file, signal, wish);
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
    openPipeline(options) {
      const pipeline = openPipeline(deps, options);
      pipelines.add(pipeline);
      return pipeline;
    },
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
