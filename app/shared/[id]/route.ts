import { LEFT_OUT, writeLeftOut } from "@/lib/api/left-out";
import { AppError } from "@/lib/problems";
import { route } from "@/lib/server/http/route";
import { fetchPictureAt, pictureAnswer } from "@/lib/server/pictures/fetch-picture";
import { consumeShareTarget } from "@/lib/server/pictures/share-target";
import { requireOwner } from "@/lib/server/sessions/owner";
import { isFetchedAhead } from "@/lib/server/shares/visitor";

/** Reading a share target consumes it, so HEAD always answers "not found". */
export const HEAD = route(async () => {
  throw new AppError("not_found");
});

type Context = { params: Promise<{ id: string }> };

/** Answers what the share target received, once. */
export const GET = route(async (request: Request, { params }: Context) => {
  const owner = await requireOwner(request);
  if (isFetchedAhead(request)) throw new AppError("not_found");
  const handed = consumeShareTarget(owner, (await params).id);
  if (!handed) throw new AppError("not_found");
  if (handed.kind === "nothing") throw new AppError(handed.code);
  if (handed.kind === "link") return fetchPictureAt(handed.url, { signal: request.signal });
  const answer = pictureAnswer(handed.bytes, handed.type, handed.name);
  if (handed.leftOut.length > 0) answer.headers.set(LEFT_OUT, writeLeftOut(handed.leftOut));
  return answer;
});
