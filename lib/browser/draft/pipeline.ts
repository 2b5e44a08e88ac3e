import type { Area } from "@/lib/picture/fit";
import type { Search } from "../intake/search";
import { openPreparation, type PreparationDeps } from "./preparation";
import type { SlotOptions } from "./slot-options";
import type { DraftPicture } from "./slot-state";
import { openTransfer, type TransferDeps } from "./transfer";

/** Everything outside a picture's slot that it uses: a test passes its own. */
export type PipelineDeps = PreparationDeps & TransferDeps;

export type Pipeline = ReturnType<typeof openPipeline>;

/** Prepares what is dropped into a slot, and uploads it as soon as it is accepted. */
export function openPipeline(deps: PipelineDeps, options: SlotOptions) {
  const { field } = options;
  const transfer = openTransfer(deps, options);
  const preparation = openPreparation(deps, { ...options, onReady: transfer.start });
  let taking: Promise<void> = Promise.resolve();

  function release() {
    preparation.stop();
    transfer.stop();
  }

  return {
    take(source: File | Search): Promise<void> {
      // The first picture stays until the next one is accepted, the last one goes at once.
      if (field === "end_image_url") release();
      taking = preparation.take(source);
      return taking;
    },
    takeFrame: (name: string, frame: Promise<File>) => preparation.takeFrame(name, frame),
    crop: (part: Area) => preparation.crop(part),
    cropAgain: () => preparation.cropAgain(),
    refit(): void {
      taking = Promise.all([taking, preparation.refit()]).then(() => {});
    },
    stopPreparing: preparation.stop,
    release,
    restore: (picture: DraftPicture, file: File) => transfer.restore(picture, file),
    retryUpload: transfer.retry,
    async uploaded(): Promise<string | undefined> {
      await taking;
      return transfer.uploaded();
    },
    findFile: transfer.findFile,
  };
}
