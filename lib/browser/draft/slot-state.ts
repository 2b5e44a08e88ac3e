import type { Note } from "../../picture/note.ts";
import type { Problem } from "../../problems.ts";

/** One picture of the draft: what was dropped, what became of it, and how far its upload is. */
export type Slot = {
  picture?: DraftPicture;
  /** A picture that can be shown but not sent, while there is no other. */
  refused?: Preview;
  /** A picture that is too wide or too tall, of which a part is being chosen. */
  cropping?: Cropping;
  /** The name of a file that is being looked at. */
  checking?: string;
  /** What is wrong with it, until the visitor changes it. */
  problem?: Problem;
};

/** `url` is an object URL while this tab has the file, else where it is kept; absent where there is no copy. */
export type Preview = { url?: string; width: number; height: number; thumbnail?: string };

/** The preview may be smaller than the picture, whose size it names. */
export type Cropping = {
  name: string;
  preview: Preview;
  /** What was chosen before. */
  part?: { x: number; y: number };
};

/** Of a picture that nobody has looked at yet. */
export const UNKNOWN_SIZE = { width: 3, height: 2 };

export type DraftPicture = {
  /** Absent for the picture of an earlier video. */
  name?: string;
  /** Of the file, while this tab has it. */
  bytes?: number;
  preview: Preview;
  notes: readonly Note[];
  /** A part of a picture that this tab has the whole of. */
  isCropped?: boolean;
  /** Some of it was see-through, and this tab can lay it on another background. */
  isSeeThrough?: boolean;
  upload: Upload;
};

/** `at`: when it ended, in milliseconds by the server's clock. `attempt`: which try it is, from the second on. */
export type Upload =
  | { status: "sending"; fraction: number; attempt?: number }
  | { status: "failed"; problem: Problem; at: number }
  | { status: "done"; url: string; at: number };

export type SlotEvent =
  | { type: "picture-dropped"; name: string }
  | { type: "picture-refused"; problem: Problem; preview?: Preview }
  | { type: "crop-offered"; cropping: Cropping }
  | { type: "crop-chosen" }
  | { type: "crop-cancelled" }
  | { type: "picture-accepted"; picture: DraftPicture }
  | { type: "picture-removed" }
  | { type: "upload-changed"; previewUrl: string; upload: Upload };

export function changeSlot(slot: Slot, event: SlotEvent): Slot {
  switch (event.type) {
    case "picture-dropped":
      return { ...slot, checking: event.name, cropping: undefined, problem: undefined };
    case "picture-refused":
      // A bad second picture does not take the good first one away.
      return {
        picture: slot.picture,
        problem: event.problem,
        refused: slot.picture ? undefined : event.preview,
      };
    case "crop-offered":
      return { ...slot, checking: undefined, cropping: event.cropping };
    case "crop-chosen":
      return { ...slot, checking: slot.cropping?.name, problem: undefined };
    case "crop-cancelled":
      return { ...slot, checking: undefined, cropping: undefined, problem: undefined };
    case "picture-accepted":
      return { picture: event.picture };
    case "picture-removed":
      return {};
    case "upload-changed":
      // A late report of a picture that was replaced meanwhile.
      if (slot.picture?.preview.url !== event.previewUrl) return slot;
      return { ...slot, picture: { ...slot.picture, upload: event.upload } };
  }
}

/** Whether nobody has chosen a picture. */
export function isEmpty({ picture, checking, problem }: Slot): boolean {
  return !picture && !checking && !problem;
}

/** Where the picture of a slot is, once it is uploaded. */
export function addressOf({ picture }: Slot): string | undefined {
  return picture?.upload.status === "done" ? picture.upload.url : undefined;
}
