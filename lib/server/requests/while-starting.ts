import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import { vitalSigns } from "../process/vital-signs";
import { VERSION } from "../version";

const answers: Record<string, { code: number; status: string; failing?: string[] }> = {
  "/api/health": { code: 200, status: "ok" },
  "/api/ready": { code: 503, status: "starting", failing: ["starting"] },
};

/** Answers whether the server lives and is ready, while Next keeps all other requests waiting. Returns whether it did. */
export function answerWhileStarting(request: IncomingMessage, response: ServerResponse): boolean {
  if (vitalSigns().phase !== "starting") return false;
  const answer = answers[request.url?.split("?", 1)[0] ?? ""];
  if (!answer) return false;
  const { code, ...said } = answer;
  response.writeHead(code, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ ...said, version: VERSION }));
  return true;
}
