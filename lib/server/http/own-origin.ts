import "server-only";
import { AppError } from "@/lib/problems";
import { publicOrigin } from "./public-origin";

/**
 * Refuses what another site has a browser send: `Sec-Fetch-Site` and `Origin` are the browser's own to set. A program
 * sends neither, and has no visitor's cookie. Throws `foreign_origin`.
 */
export function requireOwnOrigin(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const isOwnSite = site === null || site === "same-origin" || site === "none";
  if (!isOwnSite || (origin !== null && origin !== publicOrigin(request)))
    throw new AppError("foreign_origin");
}
