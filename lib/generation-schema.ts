import { z } from "zod/mini";
import { type ProblemCode, problems } from "./problems.ts";

// A generation's JSON, written down once: its types are inferred from here, and the browser reads the server's answers by it.
// It is apart from `generation.ts` because the first script must not load zod.

export const problemCodeSchema = z.enum(Object.keys(problems) as ProblemCode[]);
const chargedSchema = z.enum(["no", "yes", "unknown"]);
const problemSchema = z.object({
  code: problemCodeSchema,
  charged: chargedSchema,
  field: z.optional(z.string()),
  detail: z.optional(z.string()),
});

const inputSchema = z.object({
  prompt: z.string(),
  image_url: z.optional(z.string()),
  /** The picture that the video ends on, where the model takes one. */
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
  /** How much of our own copy's end is what it was made with: a hidden prompt is cut off there. */
  settingsBytes: z.optional(z.number()),
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
  /** How often visitors reported it. */
  reports: z.number(),
});

/** One of an owner's links, with what its video is of. */
export const linkSchema = z.object({
  generationId: z.string(),
  prompt: z.string(),
  share: shareSchema,
});

/** What a generation is, whatever becomes of it. */
const identitySchema = z.object({
  id: z.string(),
  /** The key of the click that it came from. */
  click: z.string(),
  model: z.string(),
  input: inputSchema,
  createdAt: z.string(),
  /** Of the first frame, in pixels; absent until the server has looked at it. */
  picture: z.optional(sizeSchema),
  /** The address of the first frame as a JPEG, once it is kept here. */
  poster: z.optional(z.string()),
  /** The same at 512 pixels at most; in the tab that dropped the picture, a data URL from the first moment on. */
  thumbnail: z.optional(z.string()),
  cost: z.object({ usd: z.number(), charged: chargedSchema }),
  share: z.optional(shareSchema),
});

const requestId = z.string();
/** The upstream does not say what has become of it: since when, and why, once that has lasted for long. */
const unheard = { unheardSince: z.optional(z.string()), problem: z.optional(problemSchema) };
const ended = { startedAt: z.optional(z.string()), settledAt: z.string() };

const stateSchema = z.discriminatedUnion("status", [
  /** Written down, on its way to the upstream. */
  z.object({ status: z.literal("submitting") }),
  /** `position`: how many are ahead of it. */
  z.object({
    status: z.literal("queued"),
    requestId,
    position: z.optional(z.number()),
    ...unheard,
  }),
  z.object({ status: z.literal("running"), requestId, startedAt: z.string(), ...unheard }),
  /** The upstream has made it, and it plays from there; `problem` is what keeps our own copy waiting. */
  z.object({
    status: z.literal("archiving"),
    requestId,
    startedAt: z.optional(z.string()),
    video: videoSchema,
    problem: z.optional(problemSchema),
  }),
  z.object({ status: z.literal("done"), requestId, video: videoSchema, ...ended }),
  /** `video`: the upstream has one, but it could not be kept here. */
  z.object({
    status: z.literal("failed"),
    requestId,
    problem: problemSchema,
    video: z.optional(videoSchema),
    ...ended,
  }),
  /** `charged`: what the upstream says of its price. */
  z.object({
    status: z.literal("cancelled"),
    requestId,
    charged: z.optional(chargedSchema),
    ...ended,
  }),
  /** Nothing was sent. */
  z.object({ status: z.literal("refused"), problem: problemSchema, ...ended }),
  /** Sent, and the answer was lost: never repeated by itself. */
  z.object({ status: z.literal("unconfirmed"), problem: problemSchema, ...ended }),
]);

/** One run as its owner's browser sees it. A newer server's fields are left out, so that an open page goes on. */
export const generationSchema = z.intersection(identitySchema, stateSchema);

export type GenerationInput = z.infer<typeof inputSchema>;
export type Size = z.infer<typeof sizeSchema>;
export type Video = z.infer<typeof videoSchema>;
export type Share = z.infer<typeof shareSchema>;
export type Link = z.infer<typeof linkSchema>;
export type GenerationIdentity = z.infer<typeof identitySchema>;
export type GenerationState = z.infer<typeof stateSchema>;
export type Generation = z.infer<typeof generationSchema>;
