import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/problems";

// The studio uploads only pictures, and the file's name comes from the visitor.
const uploadSchema = z.strictObject({
  content_type: z.string().regex(/^image\/[\w.+-]{1,40}$/),
  file_name: z.string().min(1).max(255),
});

/** Builds the body that starts an upload upstream. Throws `bad_request`. */
export function checkUpload(body: string): string {
  try {
    return JSON.stringify(uploadSchema.parse(JSON.parse(body)));
  } catch (error) {
    throw new AppError("bad_request", { cause: error });
  }
}
