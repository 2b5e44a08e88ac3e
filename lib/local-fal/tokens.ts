import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { toApp } from "./models.ts";

export type Tokens = Awaited<ReturnType<typeof openTokens>>;

const claimsSchema = z.object({
  exp: z.number(),
  allowed_apps: z.array(z.string()).optional(),
  scope: z.literal("cdn").optional(),
});
type Claims = z.infer<typeof claimsSchema>;

const HEADER = encode({ alg: "HS256", typ: "JWT" });

/** Signs short-lived tokens that replace the key. Their secret survives a restart. */
export async function openTokens(dataDir: string, now: () => Date) {
  const secret = await readSecret(join(dataDir, "token-secret"));
  const sign = (text: string) => createHmac("sha256", secret).update(text).digest("base64url");

  function issue(claims: Omit<Claims, "exp">, lifetimeSeconds: number): string {
    const exp = Math.floor(now().getTime() / 1000) + lifetimeSeconds;
    const text = `${HEADER}.${encode({ ...claims, exp })}`;
    return `${text}.${sign(text)}`;
  }

  function readClaims(token: string): Claims | undefined {
    const end = token.lastIndexOf(".");
    const text = token.slice(0, end);
    if (end < 0 || !isSame(token.slice(end + 1), sign(text))) return undefined;
    const claims = claimsSchema.parse(
      JSON.parse(Buffer.from(text.split(".")[1] ?? "", "base64url").toString()),
    );
    return claims.exp * 1000 > now().getTime() ? claims : undefined;
  }

  return {
    issueForApps: (apps: string[], seconds: number) => issue({ allowed_apps: apps }, seconds),
    issueForFiles: (seconds: number) => issue({ scope: "cdn" }, seconds),

    /**
     * Whether a token is valid for an endpoint. The client asks for it by the app's alias, `minimax` for
     * `fal-ai/minimax`.
     */
    verifyToken(token: string, endpoint: string): boolean {
      const app = toApp(endpoint);
      const alias = app.slice(app.lastIndexOf("/") + 1);
      const allowed = readClaims(token)?.allowed_apps ?? [];
      return allowed.some((name) => (name.includes("/") ? toApp(name) === app : name === alias));
    },

    verifyFileToken: (token: string) => readClaims(token)?.scope === "cdn",
  };
}

async function readSecret(path: string): Promise<string> {
  const secret = randomBytes(32).toString("hex");
  try {
    await writeFile(path, secret, { flag: "wx", mode: 0o600, flush: true });
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const kept = await readFile(path, "utf8");
  if (kept.length === secret.length) return kept;
  // A secret of the wrong length was cut off by a crash while it was written, so no token was signed with it.
  await writeFile(path, secret, { mode: 0o600, flush: true });
  return secret;
}

/** Compares in constant time, so that the duration does not reveal how much of the value is correct. */
export function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
