import "server-only";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { replaceFile } from "./backup.ts";

/** Cookies of sessions last for 400 days, so an older secret opens nothing. Nobody changes it more often than monthly. */
const MOST_SECRETS = 16;

/** Returns a new secret before those that there are, or alone if the earlier ones are to be forgotten. */
export function addSecret(secrets: readonly string[], { forget = false } = {}): string[] {
  const made = randomBytes(32).toString("base64url");
  return [made, ...(forget ? [] : secrets)].slice(0, MOST_SECRETS);
}

/**
 * Changes the secret that the server keeps in its data folder. Returns how many earlier ones still open sessions. Throws if
 * the file cannot be read, because without the earlier secrets every visitor would lose their library.
 */
export async function rotateStored(file: string, options: { forget?: boolean }): Promise<number> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new Error(
      `There is no ${file}: a server writes it when it first starts. Check DATABASE_URL and the folder.`,
    );
  });
  const before = text.trim().split(",").filter(Boolean);
  const secrets = addSecret(before, options);
  await replaceFile(file, secrets.join(","));
  return secrets.length - 1;
}
