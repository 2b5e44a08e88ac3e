/** What the studio offers and the gate lets pass. Limits and prices: fal's pages and MiniMax's published input rules. */
export type Model = {
  id: string;
  /** The same model under its newer or older endpoint id. */
  aliases: readonly string[];
  name: string;
  /** What the video is like, in a few words. */
  summary: string;
  takesPicture: boolean;
  priceUsd: number;
  usualSeconds: { from: number; to: number };
};

export const imageToVideo: Model = {
  id: "fal-ai/minimax-video/image-to-video",
  aliases: ["fal-ai/minimax/video-01/image-to-video"],
  name: "MiniMax Video-01",
  summary: "6 s · 720p · no sound",
  takesPicture: true,
  priceUsd: 0.5,
  usualSeconds: { from: 120, to: 300 },
};

export const textToVideo: Model = {
  ...imageToVideo,
  id: "fal-ai/minimax-video",
  aliases: ["fal-ai/minimax/video-01"],
  takesPicture: false,
};

export const models: readonly Model[] = [imageToVideo, textToVideo];

export function findModel(endpointId: string): Model | undefined {
  return models.find(({ id, aliases }) => id === endpointId || aliases.includes(endpointId));
}

/** fal addresses a request by `owner/app` alone: the rest of the endpoint id is dropped. */
export function appOf(endpointId: string): string {
  return endpointId.split("/").slice(0, 2).join("/");
}
