import { type DraftPicture, UNKNOWN_SIZE } from "@/lib/browser/draft/slot-state";
import type { FirstFrame, Watched } from "@/lib/browser/library/library";
import { type Generation, isMade, type Video } from "@/lib/generation";

/** The tab's own copy where it is the same picture, so that nothing is loaded again and nothing jumps. */
export function pictureOf({ generation }: Watched, draft: DraftPicture | undefined) {
  if (draft && isPictureOf(generation, draft)) return draft.preview;
  return { ...sizeOf(generation), url: generation.poster ?? generation.input.image_url };
}

/** For another run of the same picture. */
export function firstFrameOf({ picture, thumbnail }: Generation): FirstFrame {
  return { picture, thumbnail };
}

function sizeOf(generation: Generation) {
  const { width, height } = playableVideo(generation) ?? {};
  return generation.picture ?? (width && height ? { width, height } : UNKNOWN_SIZE);
}

/** The other videos, the wanted one first, then those of the same picture: they are what one chooses between. */
export function othersThan(
  { click, input }: Generation,
  watched: readonly Watched[],
  wanted?: string,
) {
  const rank = (other: Generation) =>
    Number(other.click === wanted) * 2 + Number(other.input.image_url === input.image_url);
  const [first, ...rest] = watched
    .map(({ generation }) => generation)
    .filter(isMade)
    .filter((other) => other.click !== click)
    .toSorted((a, b) => rank(b) - rank(a));
  return first && ([first, ...rest] as const);
}

export function playableVideo(generation: Generation): Video | undefined {
  return isMade(generation) ? generation.video : undefined;
}

export function isPictureOf({ input }: Generation, { upload }: DraftPicture): boolean {
  return upload.status === "done" && upload.url === input.image_url;
}
