import { z } from "zod";
import { ModelError } from "./model-error.ts";
import {
  boolean,
  type ModelInput,
  oneOf,
  optionalSeed,
  optionalString,
  parseWith,
  prompt,
  string,
} from "./model-input.ts";
import { FRAMES_PER_SECOND, type VideoShape } from "./render/job.ts";

/** The longer side of a frame in pixels. The class is named after the shorter side of a 16:9 picture. */
const longSides = { "512P": 910, "720p": 1280, "768P": 1366, "1080p": 1920 } as const;

type Resolution = keyof typeof longSides;
type Video = { resolution: Resolution; seconds: number };

/** fal bills `usd` times the units of a video. */
type Price = { unit: "videos" | "seconds"; usd: number; toUnits(video: Video): number };

/** `resolution` and `seconds` apply if the input cannot choose them or does not. */
type Output = Video & { price: Price };

export type Model = Output & { input: z.ZodType<ModelInput> };

const promptOptimizer = boolean.optional().default(true);
const common = { prompt_optimizer: promptOptimizer, seed: optionalSeed.optional() };
const textToVideo = z.object({ prompt, ...common });
const imageToVideo = z.object({ prompt, image_url: string, ...common });
const duration = oneOf("6", "10").optional().default("6");
const resolution = oneOf("512P", "768P").optional().default("768P");

const video01: Output = { resolution: "720p", seconds: 5.64, price: perVideo(0.5) };
const hailuo02: Output = { resolution: "768P", seconds: 6, price: perSecond(0.045, 0.017) };
const hailuo02Fast: Output = { resolution: "512P", seconds: 6, price: perSecond(0.017) };
const hailuo02Pro: Output = { resolution: "1080p", seconds: 6, price: perSecond(0.08) };
const hailuo23: Output = { resolution: "768P", seconds: 6, price: perVideo(0.28, 0.56) };
const hailuo23Pro: Output = { resolution: "1080p", seconds: 6, price: perVideo(0.49) };
const hailuo23Fast: Output = { resolution: "768P", seconds: 6, price: perVideo(0.19, 0.32) };
const hailuo23FastPro: Output = { resolution: "1080p", seconds: 6, price: perVideo(0.33) };

/** Each model by its endpoint id. Fields that a schema does not name are ignored. */
export const models: ReadonlyMap<string, Model> = new Map(
  Object.entries<Model>({
    // fal removed these two older names from its typed list in January 2025, but its guides still use them.
    "fal-ai/minimax-video": { input: textToVideo, ...video01 },
    "fal-ai/minimax-video/image-to-video": { input: imageToVideo, ...video01 },
    "fal-ai/minimax/video-01": { input: textToVideo, ...video01 },
    "fal-ai/minimax/video-01/image-to-video": { input: imageToVideo, ...video01 },
    "fal-ai/minimax/video-01-live": { input: textToVideo, ...video01 },
    "fal-ai/minimax/video-01-live/image-to-video": { input: imageToVideo, ...video01 },
    "fal-ai/minimax/video-01-director": { input: textToVideo, ...video01 },
    "fal-ai/minimax/video-01-director/image-to-video": { input: imageToVideo, ...video01 },
    "fal-ai/minimax/hailuo-02/standard/text-to-video": {
      input: textToVideo.extend({ duration }),
      ...hailuo02,
    },
    "fal-ai/minimax/hailuo-02/standard/image-to-video": {
      input: imageToVideo.extend({ duration, resolution, end_image_url: optionalString }),
      ...hailuo02,
    },
    "fal-ai/minimax/hailuo-02/pro/text-to-video": { input: textToVideo, ...hailuo02Pro },
    "fal-ai/minimax/hailuo-02/pro/image-to-video": {
      input: imageToVideo.extend({ end_image_url: optionalString }),
      ...hailuo02Pro,
    },
    "fal-ai/minimax/hailuo-02-fast/image-to-video": {
      input: imageToVideo.extend({ duration }),
      ...hailuo02Fast,
    },
    "fal-ai/minimax/hailuo-2.3/standard/text-to-video": {
      input: textToVideo.extend({ duration }),
      ...hailuo23,
    },
    "fal-ai/minimax/hailuo-2.3/standard/image-to-video": {
      input: imageToVideo.extend({ duration }),
      ...hailuo23,
    },
    "fal-ai/minimax/hailuo-2.3/pro/text-to-video": { input: textToVideo, ...hailuo23Pro },
    "fal-ai/minimax/hailuo-2.3/pro/image-to-video": { input: imageToVideo, ...hailuo23Pro },
    "fal-ai/minimax/hailuo-2.3-fast/standard/image-to-video": {
      input: imageToVideo.extend({ duration }),
      ...hailuo23Fast,
    },
    "fal-ai/minimax/hailuo-2.3-fast/pro/image-to-video": {
      input: imageToVideo,
      ...hailuo23FastPro,
    },
  }),
);

export function isApp(app: string): boolean {
  return models.keys().some((endpoint) => toApp(endpoint) === app);
}

/** The first part of a model's id. fal addresses its requests under that part, whatever path follows. */
export function toApp(endpoint: string): string {
  const parts = endpoint.split("/");
  return parts.slice(0, parts[0] === "workflows" || parts[0] === "comfy" ? 3 : 2).join("/");
}

/** Throws the `ModelError` that fal's model would answer. */
export function parseInput(endpoint: string, input: unknown): ModelInput {
  return parseWith(requireModel(endpoint).input, input);
}

/** Returns the size and length of the video for an input, and what it costs. */
export function planVideo(
  endpoint: string,
  input: ModelInput,
): { shape: VideoShape; billableUnits: number } {
  const model = requireModel(endpoint);
  const resolution = input.resolution ?? model.resolution;
  const seconds = input.duration ? Number(input.duration) : model.seconds;
  return {
    shape: { longSide: longSides[resolution], frames: Math.round(seconds * FRAMES_PER_SECOND) },
    billableUnits: Number(model.price.toUnits({ resolution, seconds }).toFixed(4)),
  };
}

function requireModel(endpoint: string): Model {
  const model = models.get(endpoint);
  if (model) return model;
  const path = endpoint.slice(toApp(endpoint).length) || "/";
  throw new ModelError(`Path ${path} not found`, { httpStatus: 404 });
}

function perVideo(usd: number, usdFor10Seconds = usd): Price {
  const toUnits = ({ seconds }: Video) => (seconds === 10 ? usdFor10Seconds / usd : 1);
  return { unit: "videos", usd, toUnits };
}

function perSecond(usd: number, usdAt512P = usd): Price {
  const toUnits = ({ resolution, seconds }: Video) =>
    resolution === "512P" ? (seconds * usdAt512P) / usd : seconds;
  return { unit: "seconds", usd, toUnits };
}
