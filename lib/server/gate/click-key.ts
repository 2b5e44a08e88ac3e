import "server-only";
import { AppError } from "@/lib/problems";

/** The browser's name for one click. A caller without one is never repeated for, so any will do. */
export function readClickKey(headers: Headers): string {
  const key = headers.get("x-idempotency-key");
  if (key === null) return crypto.randomUUID();
  if (!/^[\w-]{8,128}$/.test(key)) throw new AppError("bad_request");
  return key;
}
