import { z } from "zod/mini";
import type { SpendToday } from "@/lib/api/spend";
import { callApi } from "./call";

const spendSchema = z.object({
  day: z.string(),
  usd: z.number(),
  leftUsd: z.optional(z.number()),
});

/** Reads what today's runs cost and what is left of the budget. */
export async function readSpend(): Promise<SpendToday> {
  return spendSchema.parse(await callApi("/api/spend"));
}
