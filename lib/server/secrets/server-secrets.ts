import "server-only";
import { createHmac, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { dataFolder, type Env, getEnv, readSecrets } from "../env.ts";
import { oncePerProcess } from "../process/once-per-process.ts";

const getStoredSecrets = oncePerProcess("secret", async () =>
  readSecrets(await persistSecret(secretFileOf(getEnv()))),
);

/** Returns the file with this server's secrets if none is set: one, or several between commas, newest first. */
export function secretFileOf(env: Env): string {
  return path.join(dataFolder(env), "session-secret");
}

/** Returns this server's secrets, newest first. It signs and seals with the first, and only opens with the others. */
export async function getSecrets(): Promise<readonly string[]> {
  return getEnv().SESSION_SECRET ?? (await getStoredSecrets());
}

/** Returns a name for `text` from which nobody can learn the text without this server's secret. */
export async function keyedHash(text: string): Promise<string> {
  const [secret = ""] = await getSecrets();
  return createHmac("sha256", secret).update(text).digest("base64url").slice(0, 27);
}

/** Reads the secret of this data folder, or makes one; if two servers start together, only one makes it. */
async function persistSecret(file: string): Promise<string> {
  const readStored = () => readFile(file, "utf8").then((text) => text.trim(), ignoreMissing);
  const stored = await readStored();
  if (stored) return stored;
  const made = `${file}.${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(made, randomBytes(32).toString("base64url"), { mode: 0o600 });
  await link(made, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(made);
  return (await readStored()) ?? persistSecret(file);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
