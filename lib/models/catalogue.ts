/** What a run may be told beside its prompt and its picture, in fal's own words. */
export type Settings = { duration?: string; resolution?: string };

/** For all settings, or for those that it names; the first that fits counts. */
export type Price = Settings & { usd: number; per: "video" | "second" };

/** An endpoint of fal's that the studio offers and the gate lets pass. One entry is all that a new one takes. */
export type Model = {
  id: string;
  /** The same model under its newer or older endpoint id. */
  aliases: readonly string[];
  /** The same for the endpoint with a picture and the one without. */
  name: string;
  /** What it makes, as its pages name it; more than one where there is a choice. */
  sizes: readonly string[];
  takesPicture: boolean;
  /** Whether it takes a last frame as well. */
  takesEndPicture: boolean;
  /** Seconds to choose from, the usual first; the only one is not asked for. */
  durations: readonly string[];
  /** Resolutions to choose from, the usual first; none when there is no choice. */
  resolutions: readonly string[];
  /** In dollars, as fal's pages say (and others say of fal: Hailuo 2.3). */
  prices: readonly Price[];
  usualSeconds: { from: number; to: number };
};

// What most entries have in common.
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

// Limits and fields: fal's typed endpoints. The studio's own model comes first.
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
