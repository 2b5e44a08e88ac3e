import { AppError } from "@/lib/problems";
import { route } from "@/lib/server/http/route";
import { fetchPictureAt, pictureAnswer } from "@/lib/server/pictures/fetch-picture";
import { consumeShareTarget } from "@/lib/server/pictures/share-target";
import { requireOwner } from "@/lib/server/sessions/session";
import { isFetchedAhead } from "@/lib/server/shares/visitor";

/** To ask whether it is there would take it away: a HEAD finds nothing. */
export const HEAD = route(async () => {
  throw new AppError("not_found");
});

type Context = { params: Promise<{ id: string }> };

/** What was handed over, once. */
export const GET = route(async (request: Request, { params }: Context) => {
  const owner = await requireOwner(request);
  if (isFetchedAhead(request)) throw new AppError("not_found");
  const handed = consumeShareTarget(owner, (await params).id);
  if (!handed) throw new AppError("not_found");
  if (handed.kind === "link") return fetchPictureAt(handed.url, { signal: request.signal });
  return pictureAnswer(handed.bytes, handed.type, handed.name);
});
