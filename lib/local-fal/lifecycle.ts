import { z } from "zod";

/** How long a file is stored and who may read it, as `X-Fal-Object-Lifecycle` says. */
export type Lifecycle = z.infer<typeof lifecycleSchema>;

const lifecycleSchema = z.object({
  // fal reads 0 and null as "no expiry".
  expiration_duration_seconds: z.number().nonnegative().nullish(),
  // `rules` name users. Here there is only one user, so they are ignored.
  initial_acl: z.object({ default: z.enum(["allow", "forbid", "hide"]).optional() }).nullish(),
});

/** Returns an empty lifecycle without a header, and undefined if the header cannot be parsed. */
export function parseLifecycle(header: string | undefined): Lifecycle | undefined {
  if (!header) return {};
  try {
    return lifecycleSchema.parse(JSON.parse(header));
  } catch {
    return undefined;
  }
}

export function toExpiry({ expiration_duration_seconds: seconds }: Lifecycle, now: Date) {
  if (!seconds) return undefined;
  const expiry = new Date(now.getTime() + seconds * 1000);
  // later than the last date that JavaScript knows
  return Number.isNaN(expiry.getTime()) ? undefined : expiry.toISOString();
}
