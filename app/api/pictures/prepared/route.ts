import { AppError } from "@/lib/problems";
import { countCall } from "@/lib/server/gate/count-call";
import { readBody } from "@/lib/server/http/body";
import { route } from "@/lib/server/http/route";
import { MAX_FETCHED_BYTES } from "@/lib/server/pictures/fetch-picture";
import { preparedSchema, preparePicture } from "@/lib/server/pictures/prepare-picture";
import { getServices } from "@/lib/server/services";
import { requireOwner } from "@/lib/server/sessions/owner";

export const POST = route(async (request: Request) => {
  const owner = await requireOwner(request);
  const wish = preparedSchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!wish.success) throw new AppError("bad_request", { cause: wish.error });
  await countCall(await getServices(), request, owner);
  const bytes = new Uint8Array(await readBody(request, MAX_FETCHED_BYTES));
  return new Response(await preparePicture(bytes, wish.data), {
    headers: { "cache-control": "no-store" },
  });
});
