import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { getEnv } from "./env";

/** Whether the request bears METRICS_TOKEN. Without one, nobody can. */
export function isMetricsToken({ headers }: Pick<Request, "headers">): boolean {
  const { METRICS_TOKEN } = getEnv();
  if (METRICS_TOKEN === undefined) return false;
  return isSame(headers.get("authorization") ?? "", `Bearer ${METRICS_TOKEN}`);
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
