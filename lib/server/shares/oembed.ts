import "server-only";
import type { Messages } from "@/lib/messages";
import { previewOf } from "./preview";
import type { Visit } from "./visit";
import { describeVisit } from "./words";

type Place = { origin: string; messages: Messages };

type Limits = { maxwidth?: number; maxheight?: number };

/** Returns the oEmbed 1.0 answer for a video, in its own shape and at most as large as requested. */
export function toOembed(
  visit: Visit,
  { origin, messages }: Place,
  { maxwidth, maxheight }: Limits,
) {
  const { share, video } = visit;
  const preview = previewOf(visit, origin);
  const { title } = describeVisit(visit, messages);
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
    html: embedCode(url, { width, height, title: messages.served.link.video }),
    ...(preview && {
      thumbnail_url: preview.url,
      thumbnail_width: preview.width,
      thumbnail_height: preview.height,
    }),
  };
}

type Frame = { width: number; height: number; title: string };

/** It contains only numbers, addresses and words of ours, so nothing needs escaping. */
function embedCode(url: string, { width, height, title }: Frame): string {
  const style = `border:0;max-width:100%;aspect-ratio:${width}/${height};height:auto`;
  return `<iframe src="${url}/embed" width="${width}" height="${height}" style="${style}" title="${title}" allow="autoplay; fullscreen" loading="lazy"></iframe>`;
}
