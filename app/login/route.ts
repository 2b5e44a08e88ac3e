import { AppError } from "@/lib/problems";
import { getEnv } from "@/lib/server/env";
import { countGuess } from "@/lib/server/gate/guesses";
import { readBody } from "@/lib/server/http/body";
import { publicOrigin } from "@/lib/server/http/public-origin";
import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { passwordPage } from "@/lib/server/pages/page";
import { getServices } from "@/lib/server/services";
import { signIn } from "@/lib/server/sessions/sign-in";

const MAX_FORM_BYTES = 4096;
const form = { to: "studio", action: "/login", account: "studio" } as const;

export const GET = pageRoute(async (request: Request) => {
  if (getEnv().ACCESS_PASSWORD === undefined) return toStudio(request);
  return pageAnswer(request, (setting) => passwordPage(form, setting));
});

export const POST = pageRoute(async (request: Request) => {
  // The body is read first: a client that withholds the last byte is not counted, and its password is not compared.
  const fields = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString());
  try {
    const services = await getServices();
    const giveBack = await countGuess(services, request);
    if (!(await signIn(services, request, fields.get("password") ?? ""))) {
      const wrong = { ...form, problem: "wrong" } as const;
      return await pageAnswer(request, (setting) => passwordPage(wrong, setting), { status: 401 });
    }
    await giveBack();
    return toStudio(request);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "too_many_attempts")) throw error;
    const limited = { ...form, problem: "too_many_attempts" } as const;
    return pageAnswer(request, (setting) => passwordPage(limited, setting), { status: 429 });
  }
});

function toStudio(request: Request): Response {
  return new Response(null, { status: 303, headers: { location: `${publicOrigin(request)}/` } });
}
