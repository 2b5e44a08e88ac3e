import type { Problem } from "./problems.ts";

export type GenerationInput = { prompt: string; image_url: string; prompt_optimizer: boolean };

export type Video = { url: string; contentType?: string; bytes?: number };

export type GenerationState =
  | { status: "submitting" }
  /** `position`: how many are ahead of it. */
  | { status: "queued"; requestId: string; position?: number }
  | { status: "running"; requestId: string; startedAt: string }
  | { status: "done"; requestId: string; video: Video; settledAt: string }
  | { status: "failed"; requestId: string; problem: Problem; settledAt: string }
  | { status: "cancelled"; requestId: string; settledAt: string }
  /** Nothing was sent. */
  | { status: "refused"; problem: Problem; settledAt: string }
  /** Sent, and the answer was lost: never repeated by itself. */
  | { status: "unconfirmed"; problem: Problem; settledAt: string };

export type Generation = GenerationState & {
  id: string;
  model: string;
  input: GenerationInput;
  /** Of the first frame, in pixels. */
  picture: { width: number; height: number };
  createdAt: string;
};

export type GenerationEvent =
  | { type: "accepted"; requestId: string }
  | { type: "refused"; problem: Problem }
  | { type: "answer-lost"; problem: Problem }
  | { type: "in-line"; position?: number }
  | { type: "started" }
  | { type: "succeeded"; video: Video }
  | { type: "failed"; problem: Problem }
  | { type: "cancelled" };

export function isActive(generation: Generation): boolean {
  return ["submitting", "queued", "running"].includes(generation.status);
}

/**
 * The one place where a generation changes state. Reports may come late, twice or out of order (two tabs
 * watch the same one): what does not follow from the present state leaves it as it is.
 */
export function advance(generation: Generation, event: GenerationEvent, now: Date): Generation {
  const { id, model, input, picture, createdAt } = generation;
  const to = (state: GenerationState): Generation => ({
    id,
    model,
    input,
    picture,
    createdAt,
    ...state,
  });
  const at = now.toISOString();

  if (generation.status === "submitting") {
    switch (event.type) {
      case "accepted":
        return to({ status: "queued", requestId: event.requestId });
      case "refused":
        return to({ status: "refused", problem: event.problem, settledAt: at });
      case "answer-lost":
        return to({ status: "unconfirmed", problem: event.problem, settledAt: at });
      default:
        return generation;
    }
  }

  if (generation.status !== "queued" && generation.status !== "running") return generation;
  const { requestId } = generation;

  switch (event.type) {
    case "in-line":
      if (generation.status === "running" || generation.position === event.position)
        return generation;
      return to({ status: "queued", requestId, position: event.position });
    case "started":
      return generation.status === "running"
        ? generation
        : to({ status: "running", requestId, startedAt: at });
    case "succeeded":
      return to({ status: "done", requestId, video: event.video, settledAt: at });
    case "failed":
      return to({ status: "failed", requestId, problem: event.problem, settledAt: at });
    case "cancelled":
      return to({ status: "cancelled", requestId, settledAt: at });
    default:
      return generation;
  }
}
