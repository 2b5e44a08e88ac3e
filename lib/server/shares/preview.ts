import "server-only";
import type { Size } from "@/lib/generation";
import { previewSizeOf } from "../media/preview";
import type { Visit } from "./visit";

/** The picture that previews of a link show; `undefined` when there is no poster to make one from. */
export function previewOf(
  { share, generation: { picture } }: Visit,
  origin: string,
): (Size & { url: string }) | undefined {
  return picture && { url: `${origin}/v/${share.slug}/preview.jpg`, ...previewSizeOf(picture) };
}
