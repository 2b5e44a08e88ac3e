/** The settings beside the prompt and the pictures, with fal's names. */
export type Settings = { duration?: string; resolution?: string };

/** A price for all settings, or for those that it names. The first that matches applies. */
export type Price = Settings & { usd: number; per: "video" | "second" };

/** An endpoint of fal that the studio offers and the gate permits. Adding a model means adding one entry. */
export type Model = {
  id: string;
  /** Older or newer endpoint ids of the same model. */
  aliases: readonly string[];
  /** The endpoint with a picture and the endpoint without one have the same name. */
  name: string;
  /** The resolutions of its videos, as fal's pages name them. Several if the visitor can choose. */
  sizes: readonly string[];
  takesPicture: boolean;
  /** Whether the model also accepts a last frame. */
  takesEndPicture: boolean;
  /** Seconds to choose from, the default first. If there is only one, the form does not ask. */
  durations: readonly string[];
  /** Resolutions to choose from, the default first. Empty if there is no choice. */
  resolutions: readonly string[];
  /** In dollars, as fal's pages state them. For Hailuo 2.3 the source is not fal. */
  prices: readonly Price[];
  usualSeconds: { from: number; to: number };
};

// The values that most entries use.
const usual = {
  aliases: [],
  takesEndPicture: false,
  durations: ["6"],
  resolutions: [],
  usualSeconds: { from: 120, to: 300 },
} satisfies Partial<Model>;

const video01: Omit<Model, "id" | "name" | "takesPicture"> = {
  ...usual,
  sizes: ["720p"],
  prices: [{ usd: 0.5, per: "video" }],
};
const withPicture = { takesPicture: true };
const withoutPicture = { takesPicture: false };
const sixOrTen = { durations: ["6", "10"] };

// Limits and fields come from fal's typed endpoints. The studio's default model is the first entry.
export const models: readonly Model[] = [
  {
    ...video01,
    ...withPicture,
    id: "fal-ai/minimax-video/image-to-video",
    aliases: ["fal-ai/minimax/video-01/image-to-video"],
    name: "MiniMax Video-01",
  },
  {
    ...video01,
    ...withoutPicture,
    id: "fal-ai/minimax-video",
    aliases: ["fal-ai/minimax/video-01"],
    name: "MiniMax Video-01",
  },
  {
    ...video01,
    ...withPicture,
    id: "fal-ai/minimax/video-01-live/image-to-video",
    name: "MiniMax Video-01 Live",
  },
  {
    ...video01,
    ...withoutPicture,
    id: "fal-ai/minimax/video-01-live",
    name: "MiniMax Video-01 Live",
  },
  {
    ...video01,
    ...withPicture,
    id: "fal-ai/minimax/video-01-director/image-to-video",
    name: "MiniMax Video-01 Director",
  },
  {
    ...video01,
    ...withoutPicture,
    id: "fal-ai/minimax/video-01-director",
    name: "MiniMax Video-01 Director",
  },
  {
    ...usual,
    ...withPicture,
    ...sixOrTen,
    id: "fal-ai/minimax/hailuo-2.3/standard/image-to-video",
    name: "Hailuo 2.3",
    sizes: ["768p"],
    prices: [
      { usd: 0.56, per: "video", duration: "10" },
      { usd: 0.28, per: "video" },
    ],
  },
  {
    ...usual,
    ...withoutPicture,
    ...sixOrTen,
    id: "fal-ai/minimax/hailuo-2.3/standard/text-to-video",
    name: "Hailuo 2.3",
    sizes: ["768p"],
    prices: [
      { usd: 0.56, per: "video", duration: "10" },
      { usd: 0.28, per: "video" },
    ],
  },
  {
    ...usual,
    ...withPicture,
    id: "fal-ai/minimax/hailuo-2.3/pro/image-to-video",
    name: "Hailuo 2.3 Pro",
    sizes: ["1080p"],
    prices: [{ usd: 0.49, per: "video" }],
  },
  {
    ...usual,
    ...withoutPicture,
    id: "fal-ai/minimax/hailuo-2.3/pro/text-to-video",
    name: "Hailuo 2.3 Pro",
    sizes: ["1080p"],
    prices: [{ usd: 0.49, per: "video" }],
  },
  {
    ...usual,
    ...withPicture,
    ...sixOrTen,
    id: "fal-ai/minimax/hailuo-2.3-fast/standard/image-to-video",
    name: "Hailuo 2.3 Fast",
    sizes: ["768p"],
    prices: [
      { usd: 0.32, per: "video", duration: "10" },
      { usd: 0.19, per: "video" },
    ],
  },
  {
    ...usual,
    ...withPicture,
    id: "fal-ai/minimax/hailuo-2.3-fast/pro/image-to-video",
    name: "Hailuo 2.3 Fast Pro",
    sizes: ["1080p"],
    prices: [{ usd: 0.33, per: "video" }],
  },
  {
    ...usual,
    ...withPicture,
    ...sixOrTen,
    id: "fal-ai/minimax/hailuo-02/standard/image-to-video",
    name: "Hailuo 02",
    sizes: ["768p", "512p"],
    takesEndPicture: true,
    resolutions: ["768P", "512P"],
    prices: [
      { usd: 0.017, per: "second", resolution: "512P" },
      { usd: 0.045, per: "second" },
    ],
    usualSeconds: { from: 180, to: 300 },
  },
  {
    ...usual,
    ...withoutPicture,
    ...sixOrTen,
    id: "fal-ai/minimax/hailuo-02/standard/text-to-video",
    name: "Hailuo 02",
    sizes: ["768p"],
    prices: [{ usd: 0.045, per: "second" }],
    usualSeconds: { from: 180, to: 300 },
  },
  {
    ...usual,
    ...withPicture,
    id: "fal-ai/minimax/hailuo-02/pro/image-to-video",
    name: "Hailuo 02 Pro",
    sizes: ["1080p"],
    takesEndPicture: true,
    prices: [{ usd: 0.08, per: "second" }],
  },
  {
    ...usual,
    ...withoutPicture,
    id: "fal-ai/minimax/hailuo-02/pro/text-to-video",
    name: "Hailuo 02 Pro",
    sizes: ["1080p"],
    prices: [{ usd: 0.08, per: "second" }],
  },
  {
    ...usual,
    ...withPicture,
    ...sixOrTen,
    id: "fal-ai/minimax/hailuo-02-fast/image-to-video",
    name: "Hailuo 02 Fast",
    sizes: ["512p"],
    prices: [{ usd: 0.017, per: "second" }],
  },
];
