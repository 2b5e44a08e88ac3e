import "server-only";
import type { MediaStore } from "../../media/store";

export function videoKey(id: string): string {
  return `${id}/video.mp4`;
}

/** The video as the model delivered it, if what plays is a converted copy. */
export function originalKey(id: string): string {
  return `${id}/original`;
}

export function posterKey(id: string): string {
  return `${id}/poster.jpg`;
}

export function thumbnailKey(id: string): string {
  return `${id}/thumbnail.jpg`;
}

/** The poster as previews in chats show it. */
export function previewKey(id: string): string {
  return `${id}/preview.jpg`;
}

/** All files that the store has of a generation. */
export function mediaKeys(id: string): string[] {
  return [...Object.values(files).map(({ keyOf }) => keyOf(id)), originalKey(id)];
}

export async function removeMedia({ media }: { media: MediaStore }, id: string): Promise<void> {
  for (const key of mediaKeys(id)) await media.remove(key);
}

const files = {
  "video.mp4": { keyOf: videoKey, contentType: "video/mp4" },
  "poster.jpg": { keyOf: posterKey, contentType: "image/jpeg" },
  "preview.jpg": { keyOf: previewKey, contentType: "image/jpeg" },
  "thumbnail.jpg": { keyOf: thumbnailKey, contentType: "image/jpeg" },
};

/** The file that the last part of an address names, and its key in the store. */
export function findMediaFile(name: string) {
  return Object.hasOwn(files, name) ? files[name as keyof typeof files] : undefined;
}
