import { describe, expect, test } from "vitest";
import type { GenerationInput, GenerationState, Link, Share, Size, Video } from "@/lib/generation";
import { generationSchema, linkSchema } from "@/lib/generation-schema";
import { type Problem, problem } from "@/lib/problems";
import type { GenerationRecord } from "@/lib/server/generations/records/record";
import { toGeneration } from "@/lib/server/library/present";
import { toShare } from "@/lib/server/shares/present";
import type { ShareRecord } from "@/lib/server/shares/records";
import type { Upstream } from "@/lib/server/upstream/target";

const origin = "https://films.example";
const at = "2026-01-01T00:00:00.000Z";
const requestId = "request-1";
const upstream: Upstream = {
  kind: "fal",
  authorization: "Key a-key",
  webhookKeysUrl: "https://rest.fal.ai/.well-known/jwks.json",
};

// `Required`, so that a new field must be added here.
const trouble: Required<Problem> = {
  ...problem("generation_failed"),
  field: "prompt",
  detail: "Too long",
  requestId: "a-request",
};
const video: Required<Video> = {
  url: "https://v3.fal.media/files/video.mp4",
  contentType: "video/mp4",
  width: 1280,
  height: 720,
  durationSeconds: 6,
  hasSound: true,
  bytes: 4_000_000,
  settingsBytes: 512,
  playsEverywhere: false,
  original: { contentType: "video/webm", bytes: 3_000_000, settingsBytes: 0 },
};
const input: Required<GenerationInput> = {
  prompt: "The rocket lifts off",
  image_url: "https://v3.fal.media/files/rocket.jpg",
  end_image_url: "https://v3.fal.media/files/sky.jpg",
  prompt_optimizer: true,
  duration: "6",
  resolution: "768P",
};
const picture: Required<Size> = { width: 1600, height: 900 };
const share: Required<ShareRecord> = {
  slug: "a-slug",
  generationId: "generation-1",
  owner: "ann",
  createdAt: Date.parse(at),
  expiresAt: Date.parse(at) + 1000,
  revokedAt: Date.parse(at) + 1000,
  password: "a hash",
  hidePrompt: true,
  allowDownload: false,
  views: 3,
  lastSeenAt: Date.parse(at) + 500,
  reports: 1,
};

type Whole<Status> = Required<Extract<GenerationState, { status: Status }>>;
const unheard = { unheardSince: at, problem: trouble };
const ended = { startedAt: at, settledAt: at };
const states: { [Status in GenerationState["status"]]: Whole<Status> } = {
  submitting: { status: "submitting" },
  queued: { status: "queued", requestId, position: 2, ...unheard },
  running: { status: "running", requestId, startedAt: at, ...unheard },
  archiving: { status: "archiving", requestId, startedAt: at, video, problem: trouble },
  done: { status: "done", requestId, video, ...ended },
  failed: { status: "failed", requestId, problem: trouble, video, ...ended },
  cancelled: { status: "cancelled", requestId, charged: "no", ...ended },
  refused: { status: "refused", problem: trouble, ...ended },
  unconfirmed: { status: "unconfirmed", problem: trouble, ...ended },
};

describe("the schema that the browser reads by keeps every field of what the server presents", () => {
  test.each(Object.values(states))("of a generation that is $status", (state) => {
    const presented = throughJson(toGeneration(recordOf(state), { upstream, origin, share }));

    expect(generationSchema.parse(presented)).toEqual(presented);
    expect(presented).toMatchObject({ status: state.status, picture, share: { slug: share.slug } });
    expect(Object.keys(presented as object)).toEqual(expect.arrayContaining(Object.keys(state)));
  });

  test("of a link", () => {
    const link: Link = {
      generationId: "generation-1",
      prompt: input.prompt,
      share: toShare(share, origin) satisfies Share,
    };

    expect(linkSchema.parse(throughJson(link))).toEqual(throughJson(link));
  });
});

test("a field that an open page does not know is dropped, and the generation is shown", () => {
  const presented = throughJson(toGeneration(recordOf(states.done), { upstream, origin }));

  expect(generationSchema.parse({ ...(presented as object), mood: "calm" })).toEqual(presented);
});

function recordOf(state: GenerationState): GenerationRecord {
  const createdAt = Date.parse(at);
  return {
    ...{ id: "generation-1", owner: "ann", click: "click-1", digest: "", model: "a/model", input },
    ...{ usd: 0.27, state, revision: 1, claim: [], picture, createdAt, changedAt: createdAt },
    ...{ checks: 0, title: "The cup", isStarred: true },
  };
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
