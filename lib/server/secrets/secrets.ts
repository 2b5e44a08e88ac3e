import "server-only";
import { createHmac, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { sealData, unsealData } from "iron-session";
import { dataFolder, getEnv } from "../env";
import { oncePerProcess } from "../process/once-per-process";

const getKeptSecret = oncePerProcess("secret", () =>
  persistSecret(path.join(dataFolder(getEnv()), "session-secret")),
);

/** What this server signs and seals with, the newest first; with the others it only opens. */
export async function getSecrets(): Promise<readonly string[]> {
  return getEnv().SESSION_SECRET ?? [await getKeptSecret()];
}

/** What can be opened again by `unseal` alone, for so many seconds. */
export async function seal(data: object, ttl: number): Promise<string> {
  const [newest = ""] = await getSecrets();
  return sealData(data, { password: newest, ttl });
}

/** What `seal` made with any of the secrets; `undefined` when it is too old, or was made elsewhere. */
export async function unseal<T extends object>(
  sealed: string,
  ttl: number,
): Promise<T | undefined> {
  // A seal names its secret by a number of its maker's, which says nothing of the order that ours have today.
  const [, id = "1"] = /^Fe26\.2\*(\d*)\*/.exec(sealed) ?? [];
  for (const secret of await getSecrets()) {
    const data = await unsealData<T>(sealed, { password: { [id || "1"]: secret }, ttl });
    if (Object.keys(data).length > 0) return data;
  }
  return undefined;
}

/** Reads the secret of this data folder, or makes one; if two servers start together, only one makes it. */
async function persistSecret(file: string): Promise<string> {
  const readKept = () => readFile(file, "utf8").then((text) => text.trim(), ignoreMissing);
  const kept = await readKept();
  if (kept) return kept;
  const made = `${file}.${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(made, randomBytes(32).toString("base64url"), { mode: 0o600 });
  await link(made, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(made);
  return (await readKept()) ?? persistSecret(file);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

export const SEALED_SECONDS = 30 * 24 * 60 * 60;

/** A name for something that tells nobody what it is of, without this server's secret. */
export async function keyedHash(text: string): Promise<string> {
  const [secret = ""] = await getSecrets();
  return createHmac("sha256", secret).update(text).digest("base64url").slice(0, 27);
}

/** A value that only this server can have made, to be kept in a cookie for a month. */
export function sealValue(value: string): Promise<string> {
  return seal({ value }, SEALED_SECONDS);
}

/** What `sealValue` sealed; `undefined` when it is too old or was made elsewhere. */
export async function unsealValue(sealed: string): Promise<string | undefined> {
  return (await unseal<{ value?: string }>(sealed, SEALED_SECONDS))?.value;
}
