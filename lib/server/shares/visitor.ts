import "server-only";
import { isbot } from "isbot";
import { AppError } from "@/lib/problems";
import { consumePoint, type Rates } from "../gate/rates";
import { callerOf } from "../http/public-origin";
import { keyedHash } from "../secrets/server-secrets";
import { dayOf } from "../spend/budget";

/** Whether the browser only prefetches, for a visit that may never happen. */
export function isFetchedAhead({ headers }: Request): boolean {
  const purpose = ["sec-purpose", "purpose", "x-purpose", "x-moz"].map((name) => headers.get(name));
  return /prefetch|preview/i.test(purpose.join(" "));
}

/** Whether a person opened the link, and not a robot (with or without a name) or a browser that prefetches. */
export function isPerson(request: Request): boolean {
  const agent = request.headers.get("user-agent") ?? "";
  return agent.trim() !== "" && !isbot(agent) && !isFetchedAhead(request);
}

/**
 * Whether this visitor was not counted for this link recently. The server stores only a hash of the day, the network and the
 * browser, and only as long as it needs it.
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
