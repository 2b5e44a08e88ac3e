import "server-only";
import { AppError } from "@/lib/problems";
import { consumePoint, type Rates, returnPoint } from "../gate/rates";
import { SEALED_SECONDS, sealValue, unsealValue } from "../session";
import { isPassword } from "./password";
import type { ShareRecord } from "./records";

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
  services: { rates: Rates },
  share: ShareRecord,
  password: string,
  isSecure: boolean,
): Promise<string | undefined> {
  // By link: whoever guesses changes their address more easily than the link that they want to open. Counted before it is
  // compared, so that no number of guesses at the same time gets past the limit.
  await consumePoint(services, "guessesByLink", share.slug);
  const giveBack = () => returnPoint(services, "guessesByLink", share.slug);
  if (share.password === undefined || !(await compare(password, share.password, giveBack)))
    return undefined;
  await giveBack();
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

/** A guess that was turned away was not compared, and counts for nothing. */
async function compare(password: string, stored: string, giveBack: () => Promise<void>) {
  try {
    return await isPassword(password, stored);
  } catch (error) {
    await giveBack();
    throw error;
  }
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
