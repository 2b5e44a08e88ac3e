import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/problems";

// What the studio uploads is a picture; its name is the visitor's own.
const uploadSchema = z.strictObject({
  content_type: z.string().regex(/^image\/[\w.+-]{1,40}$/),
  file_name: z.string().min(1).max(255),
});

/** An upload's start as it goes upstream, written anew. Throws `bad_request`. */
export function checkUpload(body: string): string {
  try {
    return JSON.stringify(uploadSchema.parse(JSON.parse(body)));
  } catch (error) {
    throw new AppError("bad_request", { cause: error });
  }
}
