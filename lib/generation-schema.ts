import { z } from "zod/mini";
import { type ProblemCode, problems } from "./problems.ts";

// The JSON of a generation, defined once: its types are inferred from here, and the browser parses the server's answers
// with it. It is not in `generation.ts`, because the page's first script must not load zod.

export const problemCodeSchema = z.enum(Object.keys(problems) as ProblemCode[]);
const chargedSchema = z.enum(["no", "yes", "unknown"]);
const problemSchema = z.object({
  code: problemCodeSchema,
  charged: chargedSchema,
  field: z.optional(z.string()),
  detail: z.optional(z.string()),
  requestId: z.optional(z.string()),
});

const inputSchema = z.object({
  prompt: z.string(),
  image_url: z.optional(z.string()),
  /** The last frame of the video, if the model accepts one. */
  end_image_url: z.optional(z.string()),
  prompt_optimizer: z.boolean(),
  duration: z.optional(z.string()),
  resolution: z.optional(z.string()),
});

const sizeSchema = z.object({ width: z.number(), height: z.number() });

const videoSchema = z.object({
  ...z.partial(sizeSchema).shape,
  url: z.string(),
  contentType: z.optional(z.string()),
  durationSeconds: z.optional(z.number()),
  bytes: z.optional(z.number()),
  /** Absent if the server could not read the file, or stored it before it looked for sound. */
  hasSound: z.optional(z.boolean()),
  /**
   * The length of the settings at the end of our copy of the file. If the prompt is hidden, the server does not send
   * them.
   */
  settingsBytes: z.optional(z.number()),
  /** False for our copy of a file that could not be converted: some browsers, or all, can't play it. */
  playsEverywhere: z.optional(z.boolean()),
  /** The file as the model delivered it, for download, if browsers play a converted copy. */
  original: z.optional(
    z.object({
      contentType: z.string(),
      bytes: z.optional(z.number()),
      settingsBytes: z.optional(z.number()),
    }),
  ),
});

/** The public link to a generation, as its owner sees it. */
export const shareSchema = z.object({
  slug: z.string(),
  url: z.string(),
  createdAt: z.string(),
  expiresAt: z.optional(z.string()),
  hasPassword: z.boolean(),
  hidePrompt: z.boolean(),
  allowDownload: z.boolean(),
  views: z.number(),
  lastSeenAt: z.optional(z.string()),
  /** How many reports visitors sent. */
  reports: z.number(),
});

/** One of an owner's links, with a description of its video. */
export const linkSchema = z.object({
  generationId: z.string(),
  prompt: z.string(),
  share: shareSchema,
});

/** The facts about a generation that do not depend on its state. */
const identitySchema = z.object({
  id: z.string(),
  /** The key of the click that created it. */
  click: z.string(),
  model: z.string(),
  input: inputSchema,
  createdAt: z.string(),
  /** The name that its owner gave it. */
  title: z.optional(z.string()),
  isStarred: z.optional(z.boolean()),
  /** The size of the first frame in pixels. Absent until the server has measured it. */
  picture: z.optional(sizeSchema),
  /** The address of the first frame as a JPEG. Absent until the server has stored it. */
  poster: z.optional(z.string()),
  /** The same at 512 pixels at most. In the tab where the picture was dropped, it is a data URL from the beginning. */
  thumbnail: z.optional(z.string()),
  cost: z.object({ usd: z.number(), charged: chargedSchema }),
  share: z.optional(shareSchema),
  /** When the limits of this server remove it, unless it is starred or shared before. */
  removesAt: z.optional(z.string()),
});

const requestId = z.string();
/** Since when the upstream has not reported the state. `problem` gives the reason once that has lasted long. */
const unheard = { unheardSince: z.optional(z.string()), problem: z.optional(problemSchema) };
const ended = { startedAt: z.optional(z.string()), settledAt: z.string() };

const stateSchema = z.discriminatedUnion("status", [
  /** Recorded, and on its way to the upstream. */
  z.object({ status: z.literal("submitting") }),
  /** `position`: how many requests are ahead of it. */
  z.object({
    status: z.literal("queued"),
    requestId,
    position: z.optional(z.number()),
    ...unheard,
  }),
  z.object({ status: z.literal("running"), requestId, startedAt: z.string(), ...unheard }),
  /** The upstream has the video, and it plays from there. `problem` says why our own copy is delayed. */
  z.object({
    status: z.literal("archiving"),
    requestId,
    startedAt: z.optional(z.string()),
    video: videoSchema,
    problem: z.optional(problemSchema),
  }),
  z.object({ status: z.literal("done"), requestId, video: videoSchema, ...ended }),
  /** `video`: the upstream has one, but it could not be archived here. */
  z.object({
    status: z.literal("failed"),
    requestId,
    problem: problemSchema,
    video: z.optional(videoSchema),
    ...ended,
  }),
  /** `charged`: what the upstream says about the price. */
  z.object({
    status: z.literal("cancelled"),
    requestId,
    charged: z.optional(chargedSchema),
    ...ended,
  }),
  /** Nothing was sent. */
  z.object({ status: z.literal("refused"), problem: problemSchema, ...ended }),
  /** Sent, but the answer was lost. Never repeated automatically. */
  z.object({ status: z.literal("unconfirmed"), problem: problemSchema, ...ended }),
]);

/**
 * A generation as its owner's browser sees it. Unknown fields of a newer server are dropped, so that an open page goes
 * on working.
 */
export const generationSchema = z.intersection(identitySchema, stateSchema);

export type GenerationInput = z.infer<typeof inputSchema>;
export type Size = z.infer<typeof sizeSchema>;
export type Video = z.infer<typeof videoSchema>;
export type Share = z.infer<typeof shareSchema>;
export type Link = z.infer<typeof linkSchema>;
export type GenerationIdentity = z.infer<typeof identitySchema>;
export type GenerationState = z.infer<typeof stateSchema>;
export type Generation = z.infer<typeof generationSchema>;
