import { z } from "zod";
import { MOST_IN_A_ZIP } from "@/lib/api/zip";
import { AppError } from "@/lib/problems";
import { route } from "@/lib/server/http/route";
import { zipVideos } from "@/lib/server/library/zip";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";

const idsSchema = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(z.uuid()).min(1).max(MOST_IN_A_ZIP));

/** `?ids=ID,ID`: the videos of these generations in one file. */
export const GET = route(async (request: Request) => {
  const owner = await requireOwner(request);
  const ids = idsSchema.safeParse(new URL(request.url).searchParams.get("ids") ?? "");
  if (!ids.success) throw new AppError("bad_request", { cause: ids.error });
  return zipVideos(await getServices(), owner, ids.data);
});
