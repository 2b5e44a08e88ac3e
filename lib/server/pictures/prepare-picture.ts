import "server-only";
import { z } from "zod";
import type { Size } from "@/lib/generation";
import type { Area } from "@/lib/picture/fit";
import { openPicture, toPicture, toPreview, type Wish } from "@/lib/picture/prepare";
import { Refusal } from "@/lib/picture/refusal";
import { AppError } from "@/lib/problems";
import { DecodingBusyError, decodeInTurn } from "../media/decode-in-turn";
import { sharpPainter } from "./sharp-painter";

const side = z.number().int().min(0).max(200_000);
const partSchema = z
  .string()
  .transform((text) => text.split(",").map(Number))
  .pipe(z.tuple([side, side, side.min(1), side.min(1)]))
  .transform(([x, y, width, height]): Area => ({ x, y, width, height }));

/** What a page asks for beside the bytes. */
export const preparedSchema = z.strictObject({
  longSide: z.coerce.number().int().min(301).max(4096),
  background: z.string().regex(/^[0-9a-f]{6}$/),
  part: partSchema.optional(),
});

/**
 * Makes a picture fit the model for a browser whose canvas can't be trusted, or that has no means for it. The answer is
 * a form: "report" says what became of it, and the pictures are its files. Throws the problem of a picture that can't be
 * used, and `server_busy`.
 */
export async function preparePicture(
  bytes: Uint8Array<ArrayBuffer>,
  { part, ...wish }: z.infer<typeof preparedSchema>,
): Promise<FormData> {
  try {
    return await decodeInTurn(() => prepare(new File([bytes], "picture"), wish, part));
  } catch (error) {
    if (error instanceof Refusal) throw new AppError(error.code, { cause: error });
    if (error instanceof DecodingBusyError) throw new AppError("server_busy", { cause: error });
    throw error;
  }
}

async function prepare(file: File, wish: Wish, part: Area | undefined): Promise<FormData> {
  const opened = await openPicture(file, sharpPainter);
  const answer = new FormData();
  const preview = part ? undefined : await toPreview(opened, wish);
  if (preview) {
    answer.set("report", JSON.stringify({ kind: "too-long", size: opened.size }));
    answer.set("preview", preview);
    return answer;
  }
  if (part) requireInside(part, opened.size);
  const { file: picture, thumbnail, ...told } = await toPicture(opened, wish, part);
  answer.set("report", JSON.stringify({ kind: "ready", ...told }));
  answer.set("picture", picture);
  answer.set("thumbnail", thumbnail);
  return answer;
}

/** Throws `bad_request` for a part that is not all inside. */
function requireInside(part: Area, { width, height }: Size) {
  if (part.x + part.width > width || part.y + part.height > height)
    throw new AppError("bad_request");
}
