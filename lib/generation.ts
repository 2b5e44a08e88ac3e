import type { Charged, Problem } from "./problems.ts";

export type GenerationInput = {
  prompt: string;
  image_url?: string;
  /** The picture that the video ends on, where the model takes one. */
  end_image_url?: string;
  prompt_optimizer: boolean;
  duration?: string;
  resolution?: string;
};

export type Size = { width: number; height: number };

export type Video = Partial<Size> & {
  url: string;
  contentType?: string;
  durationSeconds?: number;
  bytes?: number;
  /** How much of our own copy's end is what it was made with: a hidden prompt is cut off there. */
  settingsBytes?: number;
};

export type GenerationState =
  /** Written down, on its way to the upstream. */
  | { status: "submitting" }
  /** `position`: how many are ahead of it. */
  | ({ status: "queued"; requestId: string; position?: number } & Unheard)
  | ({ status: "running"; requestId: string; startedAt: string } & Unheard)
  /** The upstream has made it, and it plays from there; `problem` is what keeps our own copy waiting. */
  | { status: "archiving"; requestId: string; startedAt?: string; video: Video; problem?: Problem }
  | { status: "done"; requestId: string; startedAt?: string; video: Video; settledAt: string }
  /** `video`: the upstream has one, but it could not be kept here. */
  | Ended<"failed", { requestId: string; problem: Problem; video?: Video }>
  /** `charged`: what the upstream says of its price. */
  | Ended<"cancelled", { requestId: string; charged?: Charged }>
  /** Nothing was sent. */
  | Ended<"refused", { problem: Problem }>
  /** Sent, and the answer was lost: never repeated by itself. */
  | Ended<"unconfirmed", { problem: Problem }>;

/** The upstream does not say what has become of it: since when, and why, once that has lasted for long. */
type Unheard = { unheardSince?: string; problem?: Problem };

type Ended<Status extends string, Rest> = {
  status: Status;
  startedAt?: string;
  settledAt: string;
} & Rest;

/** What a generation is, whatever becomes of it. */
export type GenerationIdentity = {
  id: string;
  /** The key of the click that it came from. */
  click: string;
  model: string;
  input: GenerationInput;
  createdAt: string;
  /** Of the first frame, in pixels; absent until the server has looked at it. */
  picture?: Size;
  /** The address of the first frame as a JPEG, once it is kept here. */
  poster?: string;
  /** The same at 512 pixels at most; in the tab that dropped the picture, a data URL from the first moment on. */
  thumbnail?: string;
  cost: { usd: number; charged: Charged };
  share?: Share;
};

/** The public link to a generation, as its owner sees it. */
export type Share = {
  slug: string;
  url: string;
  createdAt: string;
  expiresAt?: string;
  hasPassword: boolean;
  hidePrompt: boolean;
  allowDownload: boolean;
  views: number;
  lastSeenAt?: string;
  /** How often visitors reported it. */
  reports: number;
};

/** One run as its owner's browser sees it. */
export type Generation = GenerationIdentity & GenerationState;

/** One of an owner's links, with what its video is of. */
export type Link = { generationId: string; prompt: string; share: Share };

export type GenerationEvent =
  /** The upstream took it, as its answer or a webhook says. */
  | { type: "accepted"; requestId: string }
  | { type: "refused"; problem: Problem }
  | { type: "answer-lost"; problem: Problem }
  /** The same click again after a refusal. */
  | { type: "sent-again" }
  | { type: "in-line"; position?: number }
  | { type: "started" }
  /** The upstream was asked and did not say. */
  | { type: "unheard"; problem: Problem }
  | { type: "succeeded"; video: Video }
  | { type: "archive-delayed"; problem: Problem }
  | { type: "archived"; video: Video }
  | { type: "failed"; problem: Problem }
  | { type: "cancelled"; charged: Charged };

/** Whether the upstream still has to make something of it. */
export function isWaiting({ status }: GenerationState): boolean {
  return status === "submitting" || status === "queued" || status === "running";
}

/** Whether nothing more will happen by itself. */
export function isSettled(state: GenerationState): boolean {
  return !isWaiting(state) && state.status !== "archiving";
}

/**
 * The one place where a generation changes state. Reports may come late, twice or out of order (a webhook, the
 * watcher and a tab tell the same end): what does not follow from the present state returns that very state.
 */
export function advance(
  state: GenerationState,
  event: GenerationEvent,
  now: Date,
): GenerationState {
  const settledAt = now.toISOString();
  switch (state.status) {
    case "submitting":
      if (event.type === "accepted") return { status: "queued", requestId: event.requestId };
      if (event.type === "refused") return { status: "refused", problem: event.problem, settledAt };
      if (event.type === "answer-lost")
        return { status: "unconfirmed", problem: event.problem, settledAt };
      return state;

    case "unconfirmed":
      return event.type === "accepted" ? { status: "queued", requestId: event.requestId } : state;

    case "refused":
      return event.type === "sent-again" ? { status: "submitting" } : state;

    case "queued":
    case "running":
      return advanceAccepted(state, event, now);

    case "archiving": {
      const { requestId, startedAt, video } = state;
      if (event.type === "archived")
        return { status: "done", requestId, startedAt, video: event.video, settledAt };
      if (event.type === "failed")
        return { status: "failed", requestId, startedAt, problem: event.problem, video, settledAt };
      if (event.type === "archive-delayed" && state.problem?.code !== event.problem.code)
        return { ...state, problem: event.problem };
      return state;
    }

    case "done":
    case "failed":
    case "cancelled":
      return state;
  }
}

type Accepted = Extract<GenerationState, { status: "queued" | "running" }>;

function advanceAccepted(state: Accepted, event: GenerationEvent, now: Date): GenerationState {
  const { requestId } = state;
  const startedAt = state.status === "running" ? state.startedAt : undefined;
  const settledAt = now.toISOString();
  switch (event.type) {
    case "in-line":
      if (state.status === "running" || state.position === event.position) return toHeard(state);
      return { status: "queued", requestId, position: event.position };
    case "started":
      if (state.status === "running") return toHeard(state);
      return { status: "running", requestId, startedAt: now.toISOString() };
    case "unheard":
      return toUnheard(state, event.problem, now);
    case "succeeded":
      return { status: "archiving", requestId, startedAt, video: event.video };
    case "failed":
      return { status: "failed", requestId, startedAt, problem: event.problem, settledAt };
    case "cancelled":
      return { status: "cancelled", requestId, startedAt, charged: event.charged, settledAt };
    default:
      return state;
  }
}

function toHeard(state: Accepted): Accepted {
  if (state.unheardSince === undefined) return state;
  const { unheardSince, problem, ...heard } = state;
  return heard;
}

// A hiccup of the upstream's is over in less.
const UNHEARD_FOR_LONG_MS = 30_000;

function toUnheard(state: Accepted, problem: Problem, now: Date): Accepted {
  const { unheardSince } = state;
  if (unheardSince === undefined) return { ...state, unheardSince: now.toISOString() };
  const isLong = now.getTime() - Date.parse(unheardSince) >= UNHEARD_FOR_LONG_MS;
  return isLong && state.problem?.code !== problem.code ? { ...state, problem } : state;
}

/** Whether a run costs money, as far as its state tells. */
export function chargeOf(state: GenerationState): Charged {
  switch (state.status) {
    case "archiving":
    case "done":
      return "yes";
    case "failed":
    case "unconfirmed":
      return state.problem.charged;
    case "queued":
      return state.problem?.charged ?? "no";
    case "running":
      return state.problem?.charged ?? "unknown";
    case "cancelled":
      return state.charged ?? "unknown";
    default:
      return "no";
  }
}

/** What is held of the price of a run: all of it until it is known how it ended. */
export type Spend = "reserved" | "booked" | "released" | "uncertain";

const spendOfCharge = { yes: "booked", no: "released", unknown: "uncertain" } as const;

export function spendOf(state: GenerationState): Spend {
  return isWaiting(state) ? "reserved" : spendOfCharge[chargeOf(state)];
}
