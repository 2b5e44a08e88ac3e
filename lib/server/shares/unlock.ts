import "server-only";
import { parse, serialize } from "hono/utils/cookie";
import { AppError } from "@/lib/problems";
import { consumePoint, type Rates, returnPoint } from "../gate/rates";
import { SEALED_SECONDS, sealValue, unsealValue } from "../secrets/seal";
import { isPassword } from "./password";
import type { ShareRecord } from "./records";

/** Throws `share_locked` unless the link has no password, or this browser has given it. */
export async function requireUnlocked(request: Request, share: ShareRecord): Promise<void> {
  if (share.password === undefined) return;
  const name = cookieName(share);
  const sealed = parse(request.headers.get("cookie") ?? "", name)[name];
  // The cookie contains the hash, so a new password locks everyone out again.
  if (!sealed || (await unsealValue(sealed)) !== sealedText(share))
    throw new AppError("share_locked");
}

/** Returns the cookie that opens the link if the password is right, or else `undefined`. Throws `too_many_attempts`. */
export async function unlock(
  services: { rates: Rates },
  share: ShareRecord,
  password: string,
  isSecure: boolean,
): Promise<string | undefined> {
  // Guesses are counted for each link, because an attacker can change the address but not the link. A guess is counted before
  // it is compared, so that many simultaneous guesses cannot exceed the limit.
  await consumePoint(services, "guessesByLink", share.slug);
  const giveBack = () => returnPoint(services, "guessesByLink", share.slug);
  if (share.password === undefined || !(await compare(password, share.password, giveBack)))
    return undefined;
  await giveBack();
  return serialize(cookieName(share), await sealValue(sealedText(share)), {
    path: `/v/${share.slug}`,
    maxAge: SEALED_SECONDS,
    httpOnly: true,
    sameSite: "Lax",
    secure: isSecure,
  });
}

/** Gives the guess back if the comparison fails, because then nothing was compared. */
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
