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
  return serialize(cookieName(share), await sealValue(sealedText(share)), {
    path: `/v/${share.slug}`,
    maxAge: SEALED_SECONDS,
    httpOnly: true,
    sameSite: "Lax",
    secure: isSecure,
  });
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
