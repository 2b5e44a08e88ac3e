import "server-only";
import { AppError } from "@/lib/problems";
import { getEnv } from "../env";
import { openBoundedLog } from "../process/bounded-log";
import { oncePerProcess } from "../process/once-per-process";
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
    refuse(request, origin ?? site ?? "");
}

const log = oncePerProcess("foreign-origin-log", () => openBoundedLog());
const LONGEST_ORIGIN = 200;

function refuse(request: Request, origin: string): never {
  const own = publicOrigin(request);
  const pageOrigin = /^(https?:\/\/)?[\w.\-[\]:]+$/.test(origin)
    ? origin.slice(0, LONGEST_ORIGIN)
    : "invalid";
  log()(
    {
      reason: "foreign_origin",
      message: `a page of another origin asked for a change. ${adviseOn(request)}`,
    },
    { pageOrigin, ownOrigin: own },
  );
  throw new AppError("foreign_origin");
}

/** Names the setting that would make the page's origin this server's own. */
function adviseOn({ headers }: Request): string {
  const { PUBLIC_URL, TRUST_PROXY } = getEnv();
  if (PUBLIC_URL) return "If that is where people open the studio, set PUBLIC_URL to it";
  return !TRUST_PROXY && headers.has("x-forwarded-proto")
    ? "A proxy stands in front: set PUBLIC_URL to the page's origin, or TRUST_PROXY=true"
    : "If that is where people open the studio, set PUBLIC_URL to it";
}
