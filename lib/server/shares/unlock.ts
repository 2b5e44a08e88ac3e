import "server-only";
import { AppError } from "@/lib/problems";
import type { Services } from "../services";
import { SEALED_SECONDS, sealValue, unsealValue } from "../session";
import { isPassword } from "./password";
import type { ShareRecord } from "./records";

const MAX_WRONG = 10;
const WRONG_KEPT_MS = 5 * 60_000;

// By link: whoever guesses changes their address more easily than the link that they want to open.
const wrong = new Map<string, { count: number; until: number }>();

/** Throws `share_locked` unless the link has no password, or this browser has given it. */
export async function requireUnlocked(request: Request, share: ShareRecord): Promise<void> {
  if (share.password === undefined) return;
  const sealed = readCookie(request, cookieName(share));
  // Sealed with the hash, so that a new password locks everyone out again.
  if (!sealed || (await unsealValue(sealed)) !== sealedText(share))
    throw new AppError("share_locked");
}

/** The cookie that opens the link, for the right password; `undefined` for a wrong one. Throws `too_many_attempts`. */
export async function unlock(
  { now }: Pick<Services, "now">,
  share: ShareRecord,
  password: string,
  isSecure: boolean,
): Promise<string | undefined> {
  const attempts = wrong.get(share.slug);
  const isCounted = attempts !== undefined && attempts.until > now();
  if (isCounted && attempts.count >= MAX_WRONG) throw new AppError("too_many_attempts");
  if (share.password === undefined || !(await isPassword(password, share.password))) {
    forgetOld(now());
    wrong.set(share.slug, {
      count: isCounted ? attempts.count + 1 : 1,
      until: now() + WRONG_KEPT_MS,
    });
    return undefined;
  }
  const sealed = await sealValue(sealedText(share));
  const attributes = ["HttpOnly", "SameSite=Lax", `Max-Age=${SEALED_SECONDS}`];
  const path = `Path=/v/${share.slug}`;
  return [
    `${cookieName(share)}=${sealed}`,
    path,
    ...attributes,
    ...(isSecure ? ["Secure"] : []),
  ].join("; ");
}

function forgetOld(now: number) {
  for (const [slug, { until }] of wrong) if (until <= now) wrong.delete(slug);
}

function sealedText({ slug, password }: ShareRecord): string {
  return `${slug} ${password}`;
}

function cookieName({ slug }: ShareRecord): string {
  return `firstframe-${slug}`;
}

function readCookie(request: Request, name: string): string | undefined {
  const cookies = request.headers.get("cookie")?.split(/;\s*/) ?? [];
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}
