import { AppError } from "@/lib/problems";
import { countCall } from "@/lib/server/gate/count-call";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { pageRoute } from "@/lib/server/pages/answer";
import { readShareTarget, storeShareTarget } from "@/lib/server/pictures/share-target";
import { getServices } from "@/lib/server/services";
import { findOwner } from "@/lib/server/sessions/owner";

/**
 * The share target in app/manifest.ts: the system's share sheet sends pictures and links here. Only a browser that has
 * opened the studio may send one, because only such a browser can have installed it.
 */
export const POST = pageRoute(async (request: Request) => {
  const owner = await findOwnerIfSignedIn(request);
  if (owner === "signed_out") return goTo(request, "/login");
  if (!owner) return goTo(request, "/");
  await countCall(await getServices(), request, owner);
  const id = storeShareTarget(owner, await readShareTarget(request));
  return goTo(request, `/?shared=${id}`);
});

async function findOwnerIfSignedIn(request: Request): Promise<string | undefined> {
  try {
    return await findOwner(request);
  } catch (error) {
    if (error instanceof AppError && error.code === "signed_out") return error.code;
    throw error;
  }
}

function goTo(request: Request, path: string): Response {
  const location = `${publicOrigin(request)}${path}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
