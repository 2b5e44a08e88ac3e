import "server-only";
import type { ServerResponse } from "node:http";

// Only error pages of Next have no policy of their own. They need styles and no scripts.
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  ...["img-src 'self' data:", "font-src 'self'", "base-uri 'none'", "form-action 'none'"],
  "frame-ancestors 'none'",
].join("; ");
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
// A worker gets the policy of its script's answer, so that policy must allow what the script does.
const SCRIPT_POLICY = "frame-ancestors 'none'";

/** Adds the protecting headers to every answer: of our routes, of Next, and of refused requests. */
export function protectAnswer(response: ServerResponse): void {
  setDefault(response, "x-content-type-options", "nosniff");
  setDefault(response, "referrer-policy", "strict-origin-when-cross-origin");
  setDefault(response, "content-security-policy", policyFor(response));
  const policy = String(response.getHeader("content-security-policy"));
  if (!policy.includes("frame-ancestors *")) setDefault(response, "x-frame-options", "DENY");
}

function policyFor(response: ServerResponse): string {
  const type = String(response.getHeader("content-type") ?? "");
  if (type.startsWith("text/html")) return PAGE_POLICY;
  return type.includes("javascript") ? SCRIPT_POLICY : DATA_POLICY;
}

function setDefault(response: ServerResponse, name: string, value: string): void {
  if (!response.hasHeader(name)) response.setHeader(name, value);
}
