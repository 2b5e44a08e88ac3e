import type { Generation, GenerationInput, Video } from "@/lib/generation";
import { offersFor } from "@/lib/models/comparison";
import type { Offer } from "@/lib/models/offer";
import { isOf, isUntouched, type SlotName } from "../draft/draft";
import { findObstacle } from "../draft/obstacle";
import type { DraftStore } from "../draft/open-draft";
import { type Run, runsOf } from "../draft/runs";
import { isEmpty, type Preview } from "../draft/slot-state";
import { isUploadOld } from "../draft/upload-age";
import type { Search } from "../intake/search";
import type { LibraryStore } from "../library/library";
import { firstFrameOf, isPictureOf, playableVideo } from "./on-stage";

export type StudioDeps = {
  draft: DraftStore;
  library: Pick<LibraryStore, "get" | "start" | "remove" | "watch">;
  findOffers(): readonly [Offer, ...Offer[]];
  /** Now, in milliseconds, by the clock of the server. */
  now(): number;
  focus(field: "prompt" | "last"): void;
  /** The frame that the player shows; `undefined` while there is no player. */
  grabFrame(video: Video): { name: string; frame: Promise<File> } | undefined;
  /** The frame that a video of ours begins or ends with. */
  frameOf(video: Video, end: "first" | "last"): { name: string; frame: Promise<File> };
  /** Resolves when the picture can be shown in the player's place. */
  untilDrawable(url: string): Promise<void>;
  /** What a generation was made from, ready to be sent once more. */
  readyInput(generation: Generation): Promise<GenerationInput>;
  fetchPicture(url: string): Promise<File>;
};

export type StudioState = {
  /** The click of the generation on the stage. Without one, the stage shows the draft. */
  selectedClick?: string;
  /** The runs start when the pictures are uploaded. */
  isWaitingForUpload?: boolean;
  isSideBySide?: boolean;
  /** The click of the video that was chosen to stand beside the one on the stage. */
  comparedWith?: string;
  /** The click of a generation whose video the browser could not play. */
  brokenVideo?: string;
};

export const initialState: StudioState = {};

export type StudioStore = ReturnType<typeof openStudio>;

/** What the stage shows, and what needs both the draft and the library. */
export function openStudio(deps: StudioDeps) {
  const { draft, library, findOffers, now, focus } = deps;
  let state = initialState;
  let hasChosen = false;
  const listeners = new Set<() => void>();

  const publish = (change: StudioState) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const select = (selectedClick: string | undefined) => {
    if (selectedClick !== state.selectedClick) library.watch(selectedClick);
    publish({ selectedClick });
  };
  const find = (click: string | undefined) =>
    library.get().watched.find(({ generation }) => generation.click === click)?.generation;
  const findModels = () => {
    const { choice, first } = draft.get();
    return offersFor(findOffers(), choice, first.picture !== undefined);
  };

  function show(generation: Generation): void {
    select(generation.click);
    draft.open(generation);
  }

  // Each is a click of its own, whatever becomes of the others; the first is shown.
  async function startAll(
    runs: readonly Run[],
    { width, height, thumbnail }: Partial<Preview> = {},
  ): Promise<void> {
    const picture = width && height ? { width, height } : undefined;
    const started = runs.map(({ model, input }) =>
      library.start(model, input, { picture, thumbnail }),
    );
    select(await started[0]);
  }

  async function repeat(generation: Generation, input = generation.input): Promise<void> {
    select(await library.start(generation.model, input, firstFrameOf(generation)));
  }

  async function reuse(generation: Generation): Promise<void> {
    select(undefined);
    draft.reuse(generation);
    focus("prompt");
    if (!generation.poster || !isUploadOld(generation, now())) return;
    // When it can't be had, the prompt alone is back, and the stage asks for a picture.
    const file = await deps.fetchPicture(generation.poster).catch(() => undefined);
    if (file) await draft.first.take(file);
  }

  return {
    get: () => state,
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    show,
    select(click: string): void {
      const generation = find(click);
      if (generation) show(generation);
    },
    openSideBySide: () => publish({ isSideBySide: true, comparedWith: undefined }),
    compare(first: string, second: string): void {
      select(first);
      publish({ isSideBySide: true, comparedWith: second });
    },
    closeSideBySide: () => publish({ isSideBySide: false }),
    noteBrokenVideo: (click: string) => publish({ brokenVideo: click }),
    /** To the draft. */
    leave: () => select(undefined),
    /** To a run that was on its way when the page was opened. Whoever has begun something stays with it. */
    comeBack(generation: Generation): void {
      if (hasChosen) return;
      const composed = draft.get();
      const { picture } = composed.first;
      const isOwn =
        isOf(composed, generation.input) || (picture && isPictureOf(generation, picture));
      if (isOwn || isUntouched(composed)) show(generation);
    },
    takePicture(picture: File | Search): Promise<void> {
      hasChosen = true;
      select(undefined);
      return draft.first.take(picture);
    },
    cropAgain(): Promise<void> {
      select(undefined);
      return draft.first.cropAgain();
    },
    async generate(): Promise<void> {
      const models = findModels();
      const [model] = models;
      if (!model) return;
      const composed = draft.get();
      const wantsLast = models.some(({ takesEndPicture }) => takesEndPicture);
      const obstacle = findObstacle(composed, model);
      if (obstacle) {
        draft.change({ type: "start-refused", problem: obstacle });
        if (obstacle.field === "prompt") return focus("prompt");
        // What is wrong with the picture is said where the picture is.
        return select(undefined);
      }
      if (state.isWaitingForUpload) return;
      const names: SlotName[] = [];
      if (composed.first.picture) names.push("first");
      if (composed.first.picture && wantsLast && !isEmpty(composed.last)) names.push("last");
      const isUploaded = names.every((name) => composed[name].picture?.upload.status === "done");
      if (!isUploaded) publish({ isWaitingForUpload: true });
      const pictures = await draft.uploaded(names);
      publish({ isWaitingForUpload: false });
      // A failed upload shows by itself, with a way to try again.
      if (names.includes("last") && !pictures.last) return focus("last");
      if (names.includes("first") && !pictures.first) return;
      // What was asked for at the click, whatever has been written since.
      await startAll(runsOf(composed, models, pictures), composed.first.picture?.preview);
    },
    /** Of the generation on the stage; of the draft, the upload. */
    async retry(): Promise<void> {
      const generation = find(state.selectedClick);
      if (generation) await repeat(generation);
      else await draft.first.retryUpload();
    },
    reuse,
    /** Once more at once, from the same input. */
    async vary(generation: Generation): Promise<void> {
      const input = await deps.readyInput(generation).catch(() => undefined);
      // Its picture can't be had, or not be uploaded: the stage says so, and asks for one.
      await (input ? repeat(generation, input) : reuse(generation));
    },
    /** With the frame that the player shows as the next picture. */
    async continueFrom(generation: Generation): Promise<void> {
      const video = playableVideo(generation);
      const grabbed = video && deps.grabFrame(video);
      if (!grabbed) return;
      focus("prompt");
      await draft.continueFrom(generation, grabbed.name, grabbed.frame);
      const url = draft.get().first.picture?.preview.url;
      // Not before: the frame stays where it is, and becomes the picture.
      if (url) await deps.untilDrawable(url);
      select(undefined);
    },
    /** With the frame that a video ends with as the picture to begin with, or with its first as the one to end on. */
    async takeFilm(click: string, slot: SlotName): Promise<void> {
      const generation = find(click);
      // Until our own copy is there, the browser may not read its pixels.
      if (generation?.status !== "done") return;
      if (slot === "last") {
        if (!findModels().some(({ takesEndPicture }) => takesEndPicture)) return;
        const { name, frame } = deps.frameOf(generation.video, "first");
        focus("last");
        return draft.last.takeFrame(name, frame);
      }
      hasChosen = true;
      select(undefined);
      focus("prompt");
      const { name, frame } = deps.frameOf(generation.video, "last");
      await draft.first.takeFrame(name, frame);
    },
    /** Throws when the server could not delete it. */
    async remove({ click }: Generation): Promise<void> {
      await library.remove([click]);
      select(undefined);
      focus("prompt");
    },
  };
}
