import type { Context } from "hono";
import { type FileReference, toFilePath } from "./files.ts";
import { toApp } from "./models.ts";
import type { FalRequest } from "./request.ts";

export const hosts = {
  queue: "queue.fal.run",
  run: "fal.run",
  rest: "rest.fal.ai",
  api: "api.fal.ai",
  files: ["v3b.fal.media", "v3.fal.media"],
} as const;

/**
 * The URL under which a browser reaches this local fal: what the proxy in front reports, else the address of this
 * request.
 */
export function publicBase(c: Context): string {
  const stated = c.req.header("x-fal-public-base");
  const isUsable = stated && URL.canParse(stated) && /^https?:$/.test(new URL(stated).protocol);
  return isUsable ? stated.replace(/\/+$/, "") : new URL(c.req.url).origin;
}

export function toFileUrl(base: string, file: FileReference): string {
  return `${base}/${hosts.files[0]}${toFilePath(file)}`;
}

export function toRequestUrls(base: string, { id, endpoint }: FalRequest) {
  const url = `${base}/${hosts.queue}/${toApp(endpoint)}/requests/${id}`;
  return { response_url: url, status_url: `${url}/status`, cancel_url: `${url}/cancel` };
}
