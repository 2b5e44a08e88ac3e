import { z } from "zod";
import { AppError } from "@/lib/problems";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { filterSchema } from "@/lib/server/library/filter";
import { listGenerations } from "@/lib/server/library/list";
import { getServices } from "@/lib/server/services";
import { findOwner } from "@/lib/server/sessions/owner";

const pageSchema = z.object({
  cursor: z
    .string()
    .max(200)
    .transform((text) => text || undefined)
    .optional(),
  q: z.string().max(4_000).optional(),
  filter: filterSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});

export const GET = route(async (request: Request) => {
  const page = pageSchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!page.success) throw new AppError("bad_request", { cause: page.error });
  const owner = await findOwner(request);
  const services = await getServices();
  const list = await listGenerations(services, owner, {
    ...page.data,
    origin: publicOrigin(request),
  });
  return Response.json(list, { headers: { "cache-control": "no-store" } });
});
