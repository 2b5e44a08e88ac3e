import "server-only";
import { cookies, headers } from "next/headers";
import { getEnv } from "../env";
import type { Asked } from "./cookies";
import { saveSession } from "./open-cookies";
import { ensureOwner, readSession } from "./owner";
import { EVERYONE, newSession } from "./session";

/** Whether visitors may bring their own fal key. A server without a key allows it; one with a key only if it is set so. */
export function isOwnKeyAllowed(): boolean {
  const { FAL_KEY, ALLOW_OWN_KEY } = getEnv();
  return ALLOW_OWN_KEY || FAL_KEY === undefined;
}

/** Returns the fal key that this browser brought along, if this server allows that. */
export async function findOwnKey(request: Asked): Promise<string | undefined> {
  if (!isOwnKeyAllowed()) return undefined;
  return (await readSession(request))?.ownKey;
}

/** Whether the visitor for whom this page is rendered has brought a key along, or may. */
export async function readOwnKeyUse(): Promise<"none" | "allowed" | "used"> {
  if ((await findOwnKey({ headers: await headers() })) !== undefined) return "used";
  return isOwnKeyAllowed() ? "allowed" : "none";
}

/** Stores the key in this browser's sealed cookie, and nowhere else; `undefined` removes it. Throws `signed_out`. */
export async function persistOwnKey(request: Request, key: string | undefined): Promise<void> {
  const jar = await cookies();
  const owner = await ensureOwner(request, jar);
  const session = (await readSession(request)) ?? newSession();
  const { ownKey, ...rest } = { ...session, ...(owner !== EVERYONE && { owner }) };
  await saveSession(request, jar, { ...rest, ...(key !== undefined && { ownKey: key }) });
}
