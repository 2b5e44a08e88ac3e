import type { Size } from "@/lib/generation";
import { type Area, middleOf } from "@/lib/picture/fit";
import { shortenName } from "@/lib/picture/name";
import type { Note } from "@/lib/picture/note";
import type { Wish } from "@/lib/picture/prepare";
import { type ProblemCode, problem } from "@/lib/problems";
import type { VideoSettings } from "@/lib/video/settings-box";
import type { NotFound, Search } from "../intake/search";
import type { Preparation } from "../picture/preparation";
import type { SlotOptions } from "./slot-options";

type Refused = Extract<Preparation, { kind: "refused" }>;
type Ready = Extract<Preparation, { kind: "ready" }>["picture"];

export type PreparationDeps = {
  createUrl(file: Blob): string;
  prepare(file: File, signal: AbortSignal, wish: Wish): Promise<Preparation>;
  /** How a picture is wanted now: as long as the model uses, on the background that was chosen. */
  findWish(): Wish;
  openVideo(file: File, signal: AbortSignal): Promise<{ picture: File; settings?: VideoSettings }>;
  nameFailure(error: unknown): ProblemCode;
  nameSize(size: Size): string;
};

type PreparationOptions = SlotOptions & { onReady: (file: File, previewUrl: string) => void };

type Preparing = {
  name: string;
  /** Absent until it is taken out of a video. */
  file?: File;
  notes: readonly Note[];
  controller: AbortController;
  crop?: (part: Area) => Promise<Preparation>;
  /** What was chosen of it, if anything was. */
  part?: Area;
  wish: Wish;
};

/** What the picture in the slot was made of, and what would make another of it. */
type Source = { file: File; started: Preparing; isSmaller: boolean; isSeeThrough: boolean };

/** What was whole before a part of it was sent. */
type Cropped = { file: File; part: Area; notes: readonly Note[] };

/** The way from what was dropped to a picture that can be sent: one at a time, the newest. */
export function openPreparation(deps: PreparationDeps, options: PreparationOptions) {
  const { field, change, onSettings, onReady } = options;
  let preparing: Preparing | undefined;
  let cropped: Cropped | undefined;
  let source: Source | undefined;

  async function takeFrom(
    name: string,
    findFile: (started: Preparing) => File | Promise<File | Refused>,
    { part, notes = [] }: Partial<Cropped> = {},
  ): Promise<void> {
    stop();
    const controller = new AbortController();
    const started: Preparing = { name, notes, part, controller, wish: deps.findWish() };
    preparing = started;
    await settle(started, async () => {
      const file = await findFile(started);
      if (!(file instanceof File)) return file;
      started.file = file;
      return prepare(file, started);
    });
  }

  /** The same picture, as it is wanted now. */
  async function renew({ file, started: { name, part, notes } }: Source): Promise<void> {
    change({ type: "picture-dropped", name });
    stop();
    const controller = new AbortController();
    const started: Preparing = { name, file, notes, part, controller, wish: deps.findWish() };
    preparing = started;
    await settle(started, async () => {
      const prepared = await prepare(file, started);
      if (prepared.kind !== "too-long" || !part) return prepared;
      started.crop = prepared.crop;
      return prepared.crop(part);
    });
  }

  async function prepare(file: File, { controller, wish }: Preparing): Promise<Preparation> {
    const prepared = await deps.prepare(file, controller.signal, wish);
    if (prepared.kind !== "too-long" || field === "image_url") return prepared;
    // It ends a video whose shape the first picture gives: the middle of it is as good a part as any.
    return prepared.crop(middleOf(prepared.size));
  }

  async function find(search: Search, started: Preparing): Promise<File | NotFound> {
    const found = await search.find(started.controller.signal);
    if (found.kind === "refused") return found;
    started.name = shortenName(found.file.name);
    started.notes = found.notes ?? [];
    return openFile(found.file, started);
  }

  function openFile(file: File, started: Preparing): File | Promise<File> {
    return onSettings && isVideo(file) ? openVideo(file, started) : file;
  }

  async function openVideo(file: File, started: Preparing): Promise<File> {
    const { signal } = started.controller;
    const { picture, settings } = await deps.openVideo(file, signal);
    signal.throwIfAborted();
    if (settings) onSettings?.(settings);
    started.notes = [...started.notes, { code: settings ? "video" : "videoUnknown" }];
    return picture;
  }

  function stop(): void {
    preparing?.controller.abort();
    preparing = undefined;
  }

  async function settle(started: Preparing, run: () => Promise<Preparation>): Promise<void> {
    try {
      const preparation = await run();
      if (preparing === started) show(started, preparation);
    } catch (error) {
      // Another picture has taken its place.
      if (preparing !== started) return;
      change({ type: "picture-refused", problem: problem(deps.nameFailure(error), { field }) });
    }
  }

  function show(started: Preparing, preparation: Preparation) {
    switch (preparation.kind) {
      case "ready":
        return accept(started, preparation.picture);
      case "too-long": {
        started.crop = preparation.crop;
        const { name, part } = started;
        const preview = { url: deps.createUrl(preparation.preview), ...preparation.size };
        return change({ type: "crop-offered", cropping: { name, preview, part } });
      }
      case "refused":
        return refuse(started, preparation);
    }
  }

  function accept(started: Preparing, picture: Ready) {
    const { name, file, part, notes, crop } = started;
    const { width, height, thumbnail, isSeeThrough } = picture;
    const isSmaller = picture.notes.some(({ code }) => code === "smaller");
    source = file && { file, started, isSmaller, isSeeThrough };
    const isCropped = crop !== undefined;
    cropped = isCropped && file && part ? { file, part, notes } : undefined;
    const previewUrl = deps.createUrl(picture.file);
    change({
      type: "picture-accepted",
      picture: {
        name,
        bytes: picture.file.size,
        preview: { url: previewUrl, width, height, thumbnail },
        notes: [...notes, ...picture.notes],
        isCropped,
        isSeeThrough,
        upload: { status: "sending", fraction: 0 },
      },
    });
    onReady(picture.file, previewUrl);
  }

  function refuse({ file }: Preparing, { problem: found, size, isShowable }: Refused) {
    const detail = size ? deps.nameSize(size) : found.detail;
    const preview = isShowable && size && file && { ...size, url: deps.createUrl(file) };
    change({
      type: "picture-refused",
      problem: { ...found, field, detail },
      preview: preview || undefined,
    });
  }

  return {
    take(source: File | Search): Promise<void> {
      return takeFrom(shortenName(source.name), (started) =>
        source instanceof File ? openFile(source, started) : find(source, started),
      );
    },
    takeFrame: (name: string, frame: Promise<File>) => takeFrom(name, () => frame),
    async crop(part: Area): Promise<void> {
      const started = preparing;
      const { crop } = started ?? {};
      if (!started || !crop) return;
      started.part = part;
      change({ type: "crop-chosen" });
      await settle(started, () => crop(part));
    },
    async cropAgain(): Promise<void> {
      const last = cropped;
      if (!last) return;
      change({ type: "picture-dropped", name: last.file.name });
      await takeFrom(last.file.name, () => last.file, last);
    },
    /** Prepares the picture once more when it is wanted larger than it was made, or on another background. */
    async refit(): Promise<void> {
      if (!source || preparing !== source.started) return;
      const { wish } = source.started;
      const wanted = deps.findWish();
      const isOutgrown = source.isSmaller && wanted.longSide > wish.longSide;
      const isRecoloured = source.isSeeThrough && wanted.background !== wish.background;
      if (isOutgrown || isRecoloured) await renew(source);
    },
    stop,
  };
}

// By its name as well: not every system knows what an MP4 is.
function isVideo({ type, name }: File): boolean {
  return type.startsWith("video/") || /\.(mp4|m4v|mov)$/i.test(name);
}
