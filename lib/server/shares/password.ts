import "server-only";
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { toPasswordForm } from "../secrets/password-form";
import { hashInTurn } from "./hash-in-turn";

// OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
const COST = { parallelism: 1, memory: 19 * 1024, passes: 2, tagLength: 32 };

const argon2Async = promisify(argon2);
const derive = (...asked: Parameters<typeof argon2Async>) =>
  hashInTurn(() => argon2Async(...asked));

/** Returns `salt.hash`, both in base64url. Throws `server_busy`, as `isPassword` does. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const message = toPasswordForm(password);
  const hash = await derive("argon2id", { ...COST, message, nonce });
  return `${nonce.toString("base64url")}.${hash.toString("base64url")}`;
}

/** Compares the password in its normal form, and as typed, because earlier versions hashed it as typed. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  for (const form of new Set([password, toPasswordForm(password)]))
    if (await isHashed(form, stored)) return true;
  return false;
}

async function isHashed(password: string, stored: string): Promise<boolean> {
  const [nonce = "", expected = ""] = stored
    .split(".")
    .map((part) => Buffer.from(part, "base64url"));
  if (typeof nonce === "string" || typeof expected === "string") return false;
  const hash = await derive("argon2id", { ...COST, message: password, nonce });
  return hash.length === expected.length && timingSafeEqual(hash, expected);
}
