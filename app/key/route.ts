import { AppError } from "@/lib/problems";
import { readBody } from "@/lib/server/http/body";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { isFalKey, keyPage } from "@/lib/server/pages/key";
import { findOwnKey, isOwnKeyAllowed, persistOwnKey } from "@/lib/server/sessions/own-key";
import { requireSignedIn } from "@/lib/server/sessions/owner";

const MAX_FORM_BYTES = 4096;

export const GET = pageRoute(async (request: Request) => {
  await requireAllowed(request);
  const hasKey = (await findOwnKey(request)) !== undefined;
  return pageAnswer(request, (setting) => keyPage({ hasKey }, setting));
});

/** Stores the key, or deletes it if the field is empty. */
export const POST = pageRoute(async (request: Request) => {
  await requireAllowed(request);
  const fields = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString());
  const key = fields.get("key")?.trim() ?? "";
  if (key !== "" && !isFalKey(key)) {
    const hasKey = (await findOwnKey(request)) !== undefined;
    return pageAnswer(request, (setting) => keyPage({ hasKey, isWrong: true }, setting), {
      status: 400,
    });
  }
  await persistOwnKey(request, key === "" ? undefined : key);
  return new Response(null, { status: 303, headers: { location: `${publicOrigin(request)}/` } });
});

async function requireAllowed(request: Request): Promise<void> {
  if (!isOwnKeyAllowed()) throw new AppError("not_found");
  await requireSignedIn(request);
}
