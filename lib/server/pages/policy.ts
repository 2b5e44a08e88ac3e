import "server-only";
import type { UpstreamKind } from "@/lib/api/upstream-kind";

type Policy = {
  nonce: string;
  /** Where the page uploads pictures and loads videos, besides this server. */
  upstream: { kind: UpstreamKind; base?: string };
  isDevelopment: boolean;
};

/** Returns the policy of the studio's page. The browser blocks every load and call that it does not list. */
export function studioPolicy({ nonce, upstream, isDevelopment }: Policy): string {
  const hosts = fileHosts(upstream);
  const directives = {
    "default-src": ["'none'"],
    // Next's first scripts have the nonce, and they load the rest.
    "script-src": [`'nonce-${nonce}'`, "'strict-dynamic'"].concat(
      isDevelopment ? ["'unsafe-eval'"] : [],
    ),
    // A nonce would disable `unsafe-inline`, which Next's development overlay needs.
    "style-src": ["'self'", isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`],
    "img-src": ["'self'", "blob:", "data:", ...hosts],
    "media-src": ["'self'", "blob:", ...hosts],
    "connect-src": ["'self'", "blob:", ...hosts],
    "font-src": ["'self'"],
    "worker-src": ["'self'", "blob:"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(" ")}`)
    .join("; ");
}

function fileHosts({ kind, base }: Policy["upstream"]): string[] {
  if (kind === "fal") return ["https://*.fal.media"];
  return kind === "compatible" && base ? [new URL(base).origin] : [];
}
