import "server-only";
import { isMetricsToken } from "./metrics-token";
import { vitalSigns } from "./process/vital-signs";
import type { Part, Readiness } from "./readiness";
import { VERSION } from "./version";

/** Answers whether this server can do its work: 200, or 503 with the names of what fails. With METRICS_TOKEN also why. */
export async function answerReady(
  request: Request,
  { readiness }: { readiness: Readiness },
): Promise<Response> {
  const { phase } = vitalSigns();
  if (phase === "closing") return toAnswer("closing", ["closing"]);
  const parts = await readiness.check();
  const names = Object.keys(parts) as Part[];
  const failing = names.filter((name) => !parts[name]?.ok);
  const details = isMetricsToken(request) ? { parts } : {};
  return toAnswer(failing.length === 0 ? "ready" : "unready", failing, details);
}

function toAnswer(status: string, failing: readonly string[], details: object = {}): Response {
  return Response.json(
    { status, ...(failing.length > 0 && { failing }), version: VERSION, ...details },
    {
      status: failing.length === 0 ? 200 : 503,
      headers: { "cache-control": "no-store" },
    },
  );
}
