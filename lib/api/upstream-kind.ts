/** What the upstream is: fal itself, another server that speaks fal's protocol, or the local fal. */
export type UpstreamKind = "fal" | "compatible" | "local";
