import "server-only";
import { isbot } from "isbot";
import { AppError } from "@/lib/problems";
import { consumePoint, type Rates } from "../gate/rates";
import { callerOf } from "../http/public-origin";
import { keyedHash } from "../secrets/server-secrets";
import { dayOf } from "../spend/budget";

/** Whether a browser only prepares for a visit that may never come. */
export function isFetchedAhead({ headers }: Request): boolean {
  const purpose = ["sec-purpose", "purpose", "x-purpose", "x-moz"].map((name) => headers.get(name));
  return /prefetch|preview/i.test(purpose.join(" "));
}

/** Whether somebody looks, rather than a robot, or a browser that fetches ahead. A robot without a name is one, too. */
export function isPerson(request: Request): boolean {
  const agent = request.headers.get("user-agent") ?? "";
  return agent.trim() !== "" && !isbot(agent) && !isFetchedAhead(request);
}

/**
 * Whether a visitor has not been counted for this link lately. Who it was is not kept: only a hash of the day, the network
 * and the browser, which ends with the time that it is needed for.
 */
export async function isNewVisitor(
  services: { rates: Rates; now(): number },
  kind: "views" | "reports",
  request: Request,
  slug: string,
): Promise<boolean> {
  const names = ["user-agent", "accept-language"];
  const about = names.map((name) => request.headers.get(name) ?? "");
  const day = dayOf(services.now());
  const visitor = await keyedHash([day, callerOf(request) ?? "", slug, ...about].join("\n"));
  try {
    await consumePoint(services, kind, visitor);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "too_fast") return false;
    throw error;
  }
}
