import "server-only";
import { AppError } from "@/lib/problems";

/** Returns the browser's key for a click. Without one nobody can repeat the click, so a random key is enough. */
export function readClickKey(headers: Headers): string {
  const key = headers.get("x-idempotency-key");
  if (key === null) return crypto.randomUUID();
  if (!/^[\w-]{8,128}$/.test(key)) throw new AppError("bad_request");
  return key;
}
