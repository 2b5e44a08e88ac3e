import "server-only";

const SLUG = "[\\w-]{1,64}";
const ID = "[\\w-]{1,64}";
const FILE = "[\\w-]{1,40}\\.\\w{1,8}";

const routes: [route: string, path: RegExp][] = [
  "/",
  ...[
    "/login",
    "/logout",
    "/key",
    "/ledger",
    "/ledger.csv",
    "/links",
    "/switch-library",
    "/shared",
  ],
  ...["/api/fal/proxy", "/api/fal/webhook", "/api/generations", "/api/generations/events"],
  ...["/api/generations/zip", "/api/generations/[id]", "/api/generations/[id]/share"],
  ...["/api/health", "/api/ready", "/api/metrics", "/api/oembed", "/api/pictures"],
  ...["/api/pictures/prepared", "/api/removals", "/api/removals/[id]", "/api/shares", "/api/spend"],
  ...["/media/[id]/[file]", "/shared/[id]"],
  ...["/v/[slug]", "/v/[slug]/embed", "/v/[slug]/report", "/v/[slug]/[file]"],
  ...["/local-fal/[...path]", "/_next/[...path]"],
].map((route) => [route, toPattern(route)]);

/**
 * Returns the route of an address, such as `/v/[slug]`. Anything else is "other": a path may hold the secret of a link or
 * whatever a stranger writes, and neither belongs in a log or in the name of a figure.
 */
export function routeOf(url: string): string {
  const path = url.split("?", 1)[0] ?? "";
  return routes.find(([, pattern]) => pattern.test(path))?.[0] ?? "other";
}

/** Returns the generation that an address names. */
export function generationOf(url: string): string | undefined {
  return /^\/(?:api\/generations|media)\/([0-9a-f-]{36})(?:[/?]|$)/.exec(url)?.[1];
}

function toPattern(route: string): RegExp {
  const pattern = route
    .replaceAll(".", "\\.")
    .replace("[\\.\\.\\.path]", ".*")
    .replace("[id]", ID)
    .replace("[slug]", SLUG)
    .replace("[file]", FILE);
  return new RegExp(`^${pattern}$`);
}
