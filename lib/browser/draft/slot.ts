import type { Area } from "@/lib/picture/fit";
import { type ProblemCode, problem } from "@/lib/problems";
import type { Search } from "../intake/search";
import type { Pipeline } from "./pipeline";
import type { SlotOptions } from "./slot-options";
import type { DraftPicture } from "./slot-state";

export type SlotDeps = {
  /** The script that prepares and uploads pictures comes after the first paint. */
  loadParts(): Promise<{ openPipeline(options: SlotOptions): Pipeline }>;
  /** Why a picture could not be prepared, as far as that is not the picture's own fault. */
  nameFailure(error: unknown): ProblemCode;
};

export type PictureSlot = ReturnType<typeof openSlot>;

/** One picture of the draft. What the visitor does shows at once; the pipeline follows in the same order. */
export function openSlot({ loadParts, nameFailure }: SlotDeps, options: SlotOptions) {
  const { field, change } = options;
  let pipeline: Pipeline | undefined;

  /** Without its script nothing is prepared, and there is nothing to do. */
  async function follow<Value>(
    run: (loaded: Pipeline) => Value | Promise<Value>,
    onMissing: (error: unknown) => undefined = () => undefined,
  ): Promise<Value | undefined> {
    if (pipeline) return run(pipeline);
    return loadParts().then(({ openPipeline }) => {
      pipeline ??= openPipeline(options);
      return run(pipeline);
    }, onMissing);
  }

  async function start(name: string, run: (loaded: Pipeline) => Promise<void>): Promise<void> {
    change({ type: "picture-dropped", name });
    await follow(run, (error) => {
      change({ type: "picture-refused", problem: problem(nameFailure(error), { field }) });
    });
  }

  const release = () => follow((loaded) => loaded.release());

  return {
    /** A picture, a video, or what finds one. Resolves when it is accepted or refused. */
    take: (source: File | Search): Promise<void> =>
      start(source.name, (loaded) => loaded.take(source)),
    /** A picture that is being made, as a frame of a video. */
    takeFrame: (name: string, frame: Promise<File>) =>
      start(name, (loaded) => loaded.takeFrame(name, frame)),
    crop: (part: Area) => follow((loaded) => loaded.crop(part)),
    /** The picture from before it was cropped, with the part that was chosen. */
    cropAgain: () => follow((loaded) => loaded.cropAgain()),
    cancelCrop(): void {
      change({ type: "crop-cancelled" });
      void follow((loaded) => loaded.stopPreparing());
    },
    remove(): void {
      change({ type: "picture-removed" });
      void release();
    },
    /** Lets go of what is being prepared and uploaded: another picture is in the draft. */
    release,
    /** After a reload. An upload that had not ended begins anew. */
    restore: (picture: DraftPicture, file: File) =>
      follow((loaded) => loaded.restore(picture, file)),
    retryUpload: () => follow((loaded) => loaded.retryUpload()),
    /** Resolves with the picture's address once it is prepared and uploaded; `undefined` when either failed. */
    uploaded: () => follow((loaded) => loaded.uploaded()),
    /** The file that is sent, when this tab has it. */
    findFile: (previewUrl: string | undefined) => pipeline?.findFile(previewUrl),
  };
}
