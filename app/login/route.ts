import { AppError } from "@/lib/problems";
import { getEnv } from "@/lib/server/env";
import { requireOne, takeOne } from "@/lib/server/gate/rates";
import { readBody } from "@/lib/server/http";
import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { passwordPage } from "@/lib/server/pages/page";
import { callerOf, publicOrigin } from "@/lib/server/public-origin";
import { getServices, type Services } from "@/lib/server/services";
import { signIn } from "@/lib/server/session";

const EVERYBODY = "everybody";
const MAX_FORM_BYTES = 4096;
const form = { to: "studio", action: "/login" } as const;

export const GET = pageRoute(async (request: Request) => {
  if (getEnv().ACCESS_PASSWORD === undefined) return toStudio(request);
  return pageAnswer(request, (setting) => passwordPage(form, setting));
});

export const POST = pageRoute(async (request: Request) => {
  const caller = callerOf(request);
  const services = await getServices();
  try {
    if (caller) await requireOne(services, "guessesByAddress", caller);
    await requireOne(services, "guesses", EVERYBODY);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const limited = { ...form, problem: "too_many_attempts" } as const;
    return pageAnswer(request, (setting) => passwordPage(limited, setting), { status: 429 });
  }
  const fields = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString());
  if (await signIn(request, fields.get("password") ?? "")) return toStudio(request);
  await countWrong(services, caller);
  const wrong = { ...form, problem: "wrong" } as const;
  return pageAnswer(request, (setting) => passwordPage(wrong, setting), { status: 401 });
});

// The guess was one too many for the next one, not for this.
async function countWrong(services: Services, caller: string | undefined) {
  if (caller) await takeOne(services, "guessesByAddress", caller);
  await takeOne(services, "guesses", EVERYBODY);
}

function toStudio(request: Request): Response {
  return new Response(null, { status: 303, headers: { location: `${publicOrigin(request)}/` } });
}
