import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/problems";

/** A place in the library: the last generation of the page before. */
export type Cursor = { createdAt: number; id: string };

const cursorSchema = z.tuple([z.int().nonnegative(), z.uuid()]);

export function writeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString("base64url");
}

/** Throws `bad_request` for a cursor that this server did not write. */
export function readCursor(text: string): Cursor {
  try {
    const [createdAt, id] = cursorSchema.parse(
      JSON.parse(Buffer.from(text, "base64url").toString()),
    );
    return { createdAt, id };
  } catch (error) {
    throw new AppError("bad_request", { cause: error });
  }
}
