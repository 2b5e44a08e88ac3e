import "server-only";
import { AppError } from "@/lib/problems";
import { publicOrigin } from "./public-origin";

/**
 * Refuses a request that another site makes a browser send. Only the browser can set `Sec-Fetch-Site` and `Origin`; other
 * programs send neither and have no visitor's cookie. Throws `foreign_origin`.
 */
export function requireOwnOrigin(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const isOwnSite = site === null || site === "same-origin" || site === "none";
  if (!isOwnSite || (origin !== null && origin !== publicOrigin(request)))
    throw new AppError("foreign_origin");
}
