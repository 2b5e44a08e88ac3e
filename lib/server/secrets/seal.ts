import "server-only";
import { sealData, unsealData } from "iron-session";
import { getSecrets } from "./server-secrets";

/** How long a sealed value can be opened. */
export const SEALED_SECONDS = 30 * 24 * 60 * 60;

/** Encrypts and signs `data`, so that only `unseal` can read it, for `ttl` seconds. */
export async function seal(data: object, ttl: number): Promise<string> {
  const [newest = ""] = await getSecrets();
  return sealData(data, { password: newest, ttl });
}

/** Opens what `seal` made with any of the secrets. Returns `undefined` if it is too old or was made elsewhere. */
export async function unseal<T extends object>(
  sealed: string,
  ttl: number,
): Promise<T | undefined> {
  // The number in a seal names a secret in its maker's list, whose order may differ from ours, so each secret is tried.
  const [, id = "1"] = /^Fe26\.2\*(\d*)\*/.exec(sealed) ?? [];
  for (const secret of await getSecrets()) {
    const data = await unsealData<T>(sealed, { password: { [id || "1"]: secret }, ttl });
    if (Object.keys(data).length > 0) return data;
  }
  return undefined;
}

/** Seals a value for a cookie, so that only this server can have made it, for 30 days. */
export function sealValue(value: string): Promise<string> {
  return seal({ value }, SEALED_SECONDS);
}

/** Opens what `sealValue` made. Returns `undefined` if it is too old or was made elsewhere. */
export async function unsealValue(sealed: string): Promise<string | undefined> {
  return (await unseal<{ value?: string }>(sealed, SEALED_SECONDS))?.value;
}
