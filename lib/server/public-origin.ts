import "server-only";
import { AppError } from "@/lib/problems";
import { getEnv } from "./env";

/** Where a browser reaches this server: `PUBLIC_URL`, else what the request itself says. */
export function publicOrigin(request: Request): string {
  const { PUBLIC_URL, TRUST_PROXY } = getEnv();
  if (PUBLIC_URL) return PUBLIC_URL;
  const forwarded = (name: string) =>
    TRUST_PROXY ? request.headers.get(name)?.split(",")[0]?.trim() : undefined;
  const protocol = forwarded("x-forwarded-proto") === "https" ? "https" : "http";
  const host = forwarded("x-forwarded-host") ?? request.headers.get("host");
  if (!host || !/^[\w.\-[\]:]+$/.test(host)) throw new AppError("bad_request");
  return `${protocol}://${host}`;
}

/** The address that calls, as the proxy in front says; `undefined` where none is trusted. */
export function callerOf(request: Request): string | undefined {
  if (!getEnv().TRUST_PROXY) return undefined;
  // The last is what our own proxy saw; those before it anyone may have written.
  return request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || undefined;
}
