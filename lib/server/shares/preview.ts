import "server-only";
import type { Size } from "@/lib/generation";
import { previewSizeOf } from "../media/preview";
import type { Visit } from "./visit";

/** Returns the picture for previews of a link; `undefined` if there is no poster to make it from. */
export function previewOf(
  { share, generation: { picture } }: Visit,
  origin: string,
): (Size & { url: string }) | undefined {
  return picture && { url: `${origin}/v/${share.slug}/preview.jpg`, ...previewSizeOf(picture) };
}
