import type { Generation } from "../../generation.ts";

// fal promises an uploaded file for seven days.
const UPLOAD_KEPT_MS = 6 * 24 * 60 * 60 * 1000;
// Where the file itself is at hand, another upload is safer than an old address: an account may keep files shorter.
const UPLOAD_FRESH_MS = 60 * 60 * 1000;

/** Whether an uploaded picture can be sent as it is after a reload. */
export function isUploadFresh(at: number, now: number, hasFile: boolean): boolean {
  return now - at < (hasFile ? UPLOAD_FRESH_MS : UPLOAD_KEPT_MS);
}

/** Whether the picture of a generation has to be uploaded anew to be used again. */
export function isUploadOld({ createdAt }: Generation, now: number): boolean {
  return now - Date.parse(createdAt) > UPLOAD_KEPT_MS;
}
