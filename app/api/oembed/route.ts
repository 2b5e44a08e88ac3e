import { z } from "zod";
import { AppError } from "@/lib/problems";
import { messagesFor } from "@/lib/server/http/locale";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";
import { toOembed } from "@/lib/server/shares/oembed";
import { requireUnlocked } from "@/lib/server/shares/unlock";
import { visit } from "@/lib/server/shares/visit";

const querySchema = z.object({
  url: z.url().max(500),
  format: z.enum(["json", "xml"]).default("json"),
  maxwidth: z.coerce.number().int().min(16).max(10_000).optional(),
  maxheight: z.coerce.number().int().min(16).max(10_000).optional(),
});

export const GET = route(async (request: Request) => {
  const query = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!query.success) throw new AppError("bad_request", { cause: query.error });
  const { url, format, ...limits } = query.data;
  // The oEmbed specification requires this answer for a format that is not supported.
  if (format === "xml") return new Response(null, { status: 501 });
  const origin = publicOrigin(request);
  const slug = /^\/v\/([\w-]+)$/.exec(new URL(url).pathname)?.[1];
  if (!slug || new URL(url).origin !== origin) throw new AppError("not_found");
  const found = await visit(await getServices(), slug);
  await requireUnlocked(request, found.share);
  const messages = messagesFor(request.headers);
  return Response.json(toOembed(found, { origin, messages }, limits), {
    headers: {
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
      vary: "Accept-Language",
      "x-robots-tag": "noindex",
    },
  });
});
