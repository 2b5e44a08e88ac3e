import { z } from "zod";
import { countCall } from "@/lib/server/gate/count-call";
import { readJson } from "@/lib/server/http/body";
import { route } from "@/lib/server/http/route";
import { fetchPictureAt } from "@/lib/server/pictures/fetch-picture";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";

const askedSchema = z.strictObject({ url: z.url().max(8192) });

export const POST = route(async (request: Request) => {
  const owner = await requireOwner(request);
  const { url } = await readJson(request, askedSchema);
  await countCall(await getServices(), request, owner);
  return fetchPictureAt(new URL(url), { signal: request.signal });
});
