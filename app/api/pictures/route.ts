import { z } from "zod";
import { takeOne } from "@/lib/server/gate/rates";
import { readJson, route } from "@/lib/server/http";
import { fetchPictureAt } from "@/lib/server/pictures";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/session";

const askedSchema = z.strictObject({ url: z.url().max(8192) });

export const POST = route(async (request: Request) => {
  const owner = await requireOwner(request);
  const { url } = await readJson(request, askedSchema);
  await takeOne(await getServices(), "calls", owner);
  return fetchPictureAt(new URL(url), { signal: request.signal });
});
