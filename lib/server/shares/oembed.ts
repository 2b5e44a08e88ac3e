import "server-only";
import type { Visit } from "./visit";
import { wordsOf } from "./words";

type Limits = { maxwidth?: number; maxheight?: number };

/** The answer of oEmbed 1.0 for a video, no larger than asked for and in its own shape. */
export function toOembed(visit: Visit, origin: string, { maxwidth, maxheight }: Limits) {
  const { share, video, generation } = visit;
  const { title } = wordsOf(visit);
  const { width: fullWidth = 1280, height: fullHeight = 720 } = video;
  const scale = Math.min(
    1,
    (maxwidth ?? Infinity) / fullWidth,
    (maxheight ?? Infinity) / fullHeight,
  );
  const width = Math.round(fullWidth * scale);
  const height = Math.round(fullHeight * scale);
  const url = `${origin}/v/${share.slug}`;
  return {
    version: "1.0",
    type: "video",
    provider_name: "Firstframe",
    provider_url: origin,
    title,
    width,
    height,
    html: embedCode(url, width, height),
    thumbnail_url: `${url}/poster.jpg`,
    thumbnail_width: generation.picture?.width ?? fullWidth,
    thumbnail_height: generation.picture?.height ?? fullHeight,
  };
}

/** All that is in it is a number or an address of ours: nothing to escape. */
function embedCode(url: string, width: number, height: number): string {
  const style = `border:0;max-width:100%;aspect-ratio:${width}/${height};height:auto`;
  return `<iframe src="${url}/embed" width="${width}" height="${height}" style="${style}" title="Video" allow="autoplay; fullscreen" loading="lazy"></iframe>`;
}
