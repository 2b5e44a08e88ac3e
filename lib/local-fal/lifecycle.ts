import { z } from "zod";

/** Until when a file is kept, and who may read it: what `X-Fal-Object-Lifecycle` says of it. */
export type Lifecycle = z.infer<typeof lifecycleSchema>;

const lifecycleSchema = z.object({
  // fal takes 0 and null for no expiry.
  expiration_duration_seconds: z.number().nonnegative().nullish(),
  // `rules` name users, and there is one user here.
  initial_acl: z.object({ default: z.enum(["allow", "forbid", "hide"]).optional() }).nullish(),
});

/** Empty without a header; undefined for one that can't be read. */
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
  return Number.isNaN(expiry.getTime()) ? undefined : expiry.toISOString(); // further than dates go
}
