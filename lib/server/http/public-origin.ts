import "server-only";
import { AppError } from "@/lib/problems";
import { getEnv } from "../env";
import { CALLER } from "./own-headers";

/** Returns the origin where browsers reach this server: `PUBLIC_URL`, or else what the request says. Throws `bad_request`. */
export function publicOrigin(request: Pick<Request, "headers">): string {
  const { PUBLIC_URL, TRUST_PROXY } = getEnv();
  if (PUBLIC_URL) return PUBLIC_URL;
  const forwarded = (name: string) =>
    TRUST_PROXY ? request.headers.get(name)?.split(",")[0]?.trim() : undefined;
  const protocol = forwarded("x-forwarded-proto") === "https" ? "https" : "http";
  const host = forwarded("x-forwarded-host") ?? request.headers.get("host");
  if (!host || !/^[\w.\-[\]:]+$/.test(host)) throw new AppError("bad_request");
  return `${protocol}://${host}`;
}

/** Returns the caller's network, an IPv4 address or an IPv6 /64; `undefined` if all callers may have the same one. */
export function callerOf({ headers }: Pick<Request, "headers">): string | undefined {
  return headers.get(CALLER) ?? undefined;
}
