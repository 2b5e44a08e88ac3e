import "server-only";
import { chargeOf, type Generation, type GenerationState, type Video } from "@/lib/generation";
import type { GenerationRecord } from "../generations/records/record";
import { toShare } from "../shares/present";
import type { ShareRecord } from "../shares/records";
import { toBrowserUrl } from "../upstream/files";
import { ownKeyUpstream, type Upstream } from "../upstream/target";

type Viewpoint = { upstream: Upstream; origin: string; share?: ShareRecord };

/** Converts a record for its owner's browser; `origin` is where that browser reaches this server. */
export function toGeneration(record: GenerationRecord, { share, ...seen }: Viewpoint): Generation {
  const { id, click, model, input, usd, createdAt, picture, ownKey, title, isStarred } = record;
  const { removeAt } = record;
  const { image_url } = input;
  const viewpoint = { ...seen, ...(ownKey !== undefined && { upstream: ownKeyUpstream("") }) };
  return {
    ...toState(record, viewpoint),
    id,
    click,
    model,
    input: {
      ...input,
      ...(image_url && {
        image_url: toBrowserUrl(image_url, viewpoint.upstream, viewpoint.origin),
      }),
    },
    ...(picture && {
      picture,
      poster: `/media/${id}/poster.jpg`,
      thumbnail: `/media/${id}/thumbnail.jpg`,
    }),
    cost: { usd, charged: usd === 0 ? "no" : chargeOf(record.state) },
    ...(title !== undefined && { title }),
    ...(isStarred && { isStarred }),
    ...(removeAt !== undefined && { removesAt: new Date(removeAt).toISOString() }),
    ...(share && { share: toShare(share, seen.origin) }),
    createdAt: new Date(createdAt).toISOString(),
  };
}

function toState(
  { id, state }: GenerationRecord,
  { upstream, origin }: Viewpoint,
): GenerationState {
  if (state.status === "done")
    return { ...state, video: { ...state.video, url: `/media/${id}/video.mp4` } };
  if (!("video" in state) || !state.video) return state;
  const video: Video = { ...state.video, url: toBrowserUrl(state.video.url, upstream, origin) };
  return { ...state, video };
}
