import { AppError } from "@/lib/problems";
import { getEnv } from "@/lib/server/env";
import { countAttempts } from "@/lib/server/gate/attempts";
import { callerOf, publicOrigin, readBody } from "@/lib/server/http";
import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { passwordPage } from "@/lib/server/pages/page";
import { signIn } from "@/lib/server/session";

const MAX_FORM_BYTES = 4096;
const form = { title: "This studio asks for a password", action: "/login" };

// Whoever has many addresses meets the second.
const byAddress = countAttempts({ most: 10, keptMs: 5 * 60_000 });
const overall = countAttempts({ most: 100, keptMs: 5 * 60_000 });

export const GET = pageRoute(async (request: Request) => {
  if (getEnv().ACCESS_PASSWORD === undefined) return toStudio(request);
  return pageAnswer((nonce) => passwordPage(form, nonce));
});

export const POST = pageRoute(async (request: Request) => {
  const caller = callerOf(request);
  const now = Date.now();
  try {
    if (caller) byAddress.require(caller, now);
    overall.require("all", now);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const limited = { ...form, problem: "too_many_attempts" } as const;
    return pageAnswer((nonce) => passwordPage(limited, nonce), { status: 429 });
  }
  const fields = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString());
  if (await signIn(request, fields.get("password") ?? "")) return toStudio(request);
  if (caller) byAddress.fail(caller, now);
  overall.fail("all", now);
  const wrong = { ...form, problem: "wrong" } as const;
  return pageAnswer((nonce) => passwordPage(wrong, nonce), { status: 401 });
});

function toStudio(request: Request): Response {
  return new Response(null, { status: 303, headers: { location: `${publicOrigin(request)}/` } });
}
