import type { Generation, GenerationState, Video } from "./generation-schema.ts";
import type { Charged, Problem } from "./problems.ts";

export type {
  Generation,
  GenerationIdentity,
  GenerationInput,
  GenerationState,
  Link,
  Share,
  Size,
  Video,
} from "./generation-schema.ts";

export type GenerationEvent =
  /** The upstream accepted it, as its answer or a webhook says. */
  | { type: "accepted"; requestId: string }
  | { type: "refused"; problem: Problem }
  | { type: "answer-lost"; problem: Problem }
  /** The visitor repeats the same click after a refusal. */
  | { type: "sent-again" }
  | { type: "in-line"; position?: number }
  | { type: "started" }
  /** The upstream was asked and did not tell the state. */
  | { type: "unheard"; problem: Problem }
  | { type: "succeeded"; video: Video }
  | { type: "archive-delayed"; problem: Problem }
  | { type: "archived"; video: Video }
  | { type: "failed"; problem: Problem }
  | { type: "cancelled"; charged: Charged };

/** Whether the upstream has not finished it yet. */
export function isWaiting({ status }: GenerationState): boolean {
  return status === "submitting" || status === "queued" || status === "running";
}

/** A generation whose video can be played. */
export type MadeGeneration = Generation & { status: "archiving" | "done" };

export function isMade(generation: Generation): generation is MadeGeneration {
  return generation.status === "archiving" || generation.status === "done";
}

/** Whether its state will never change again. */
export function isSettled(state: GenerationState): boolean {
  return !isWaiting(state) && state.status !== "archiving";
}

/**
 * The only function that changes a generation's state. Events may come late, twice or out of order, because a webhook,
 * the watcher and a tab report the same end. An event that does not follow from the present state returns the same
 * object.
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

// A short failure of the upstream is over before that.
const UNHEARD_FOR_LONG_MS = 30_000;

function toUnheard(state: Accepted, problem: Problem, now: Date): Accepted {
  const { unheardSince } = state;
  if (unheardSince === undefined) return { ...state, unheardSince: now.toISOString() };
  const isLong = now.getTime() - Date.parse(unheardSince) >= UNHEARD_FOR_LONG_MS;
  return isLong && state.problem?.code !== problem.code ? { ...state, problem } : state;
}

/** Whether a generation costs money, as far as its state tells. */
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

/** What happens to the reserved price: it is reserved in full until the end of the generation is known. */
export type Spend = "reserved" | "booked" | "released" | "uncertain";

const spendOfCharge = { yes: "booked", no: "released", unknown: "uncertain" } as const;

export function spendOf(state: GenerationState): Spend {
  return isWaiting(state) ? "reserved" : spendOfCharge[chargeOf(state)];
}
