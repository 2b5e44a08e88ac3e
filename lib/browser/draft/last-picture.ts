import type { LazyParts } from "./lazy-parts";
import type { PictureSlot } from "./slot";

/** The picture that the video ends on. It is kept by itself, as it was chosen, and prepared anew from that. */
export function openLastPicture(slot: PictureSlot, { read, write }: LazyParts) {
  let hasChosen = false;
  let chosen: File | undefined;
  let choices = 0;

  function keep(file: File | undefined): void {
    hasChosen = true;
    chosen = file;
    choices += 1;
    write((storage) => storage.keepLast(file));
  }

  async function take(file: File): Promise<void> {
    keep(file);
    await slot.take(file);
  }

  return {
    take,
    async takeFrame(name: string, frame: Promise<File>): Promise<void> {
      keep(undefined);
      const choice = choices;
      frame.then(
        (file) => choice === choices && keep(file),
        // The slot says that there is no such frame.
        () => {},
      );
      await slot.takeFrame(name, frame);
    },
    remove(): void {
      keep(undefined);
      slot.remove();
    },
    async retryUpload(): Promise<void> {
      if (chosen) await take(chosen);
    },
    /** After a reload. */
    async restore(): Promise<void> {
      const file = await read((storage) => storage.readLast());
      if (file && !hasChosen) await take(file);
    },
    uploaded: slot.uploaded,
  };
}
