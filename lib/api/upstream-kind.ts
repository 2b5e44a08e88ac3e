/** Who answers as fal: fal itself, another server that speaks its protocol, or the local fal. */
export type UpstreamKind = "fal" | "compatible" | "local";
