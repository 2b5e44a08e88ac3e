import type { PictureFormat } from "@/lib/picture/format";
import type { Inspected } from "./inspect";
import { Refusal } from "./refusal";

export type FetchPart = <Part>(importPart: () => Promise<Part>) => Promise<Part>;

/** The pixels as stored. Of an animation the first frame. */
export async function decode(
  { format, bytes }: Inspected,
  fetchPart: FetchPart,
): Promise<ImageBitmap> {
  const blob = new Blob([bytes], { type: mimeType(format) });
  try {
    return await createImageBitmap(blob);
  } catch {
    if (format !== "heic") throw new Refusal("picture_unreadable");
  }
  // 3 MB of script, for a format that only Safari reads by itself.
  const { heicTo } = await fetchPart(() => import("heic-to/csp"));
  return heicTo({ blob, type: "bitmap" }).catch(() => {
    throw new Refusal("picture_unreadable");
  });
}

export function mimeType(format: PictureFormat): string {
  return format === "svg" ? "image/svg+xml" : `image/${format}`;
}
