import "server-only";
import type { ProblemCode } from "@/lib/problems";
import { getMeters } from "../metrics/meters";

/** Counts a request that is answered with a problem. */
export function countRefusal(code: ProblemCode): void {
  getMeters().refusals.inc({ reason: code });
}
