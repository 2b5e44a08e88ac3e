import "server-only";
import { appOf, findModel, models } from "@/lib/models";

/** One of the few calls to fal that this app makes. */
export type FalCall =
  | { kind: "submit"; url: URL; model: string }
  | { kind: "status" | "stream" | "result" | "cancel"; url: URL; requestId: string }
  | { kind: "upload"; url: URL };

export type CallOf<Kind extends FalCall["kind"]> = Extract<FalCall, { kind: Kind }>;
/** A call about a run that was accepted. */
export type FollowCall = Exclude<FalCall, { kind: "submit" | "upload" }>;

const apps = new Set(models.flatMap(({ id, aliases }) => [id, ...aliases].map(appOf)));
const REQUEST_ID = /^[A-Za-z0-9][\w-]{7,63}$/;
const UPLOAD_PATH = "/storage/upload/initiate";
const UPLOAD_QUERY = "?storage_type=fal-cdn-v3";

/** Returns `undefined` for a call that is not on the closed list, so that nobody uses the server's key for anything else. */
export function recogniseCall(method: string, target: string | null): FalCall | undefined {
  const url = target ? URL.parse(target) : null;
  // If the parser changed the address (`..`, `\`, a port, a password, a fragment, an empty query), the address hides
  // something.
  if (url?.protocol !== "https:" || url.origin + url.pathname + url.search !== target || url.port)
    return;
  switch (url.hostname) {
    case "queue.fal.run":
      return recogniseQueueCall(method, url);
    case "rest.fal.ai":
      if (method === "POST" && url.pathname === UPLOAD_PATH && url.search === UPLOAD_QUERY) {
        return { kind: "upload", url };
      }
  }
}

function recogniseQueueCall(method: string, url: URL): FalCall | undefined {
  const path = url.pathname.slice(1);
  if (method === "POST" && hasOnly(url, {}) && findModel(path))
    return { kind: "submit", url, model: path };

  const [owner, app, requests, requestId = "", ...rest] = path.split("/");
  if (requests !== "requests" || !apps.has(`${owner}/${app}`) || !REQUEST_ID.test(requestId))
    return;

  const logs = { logs: /^[01]$/ };
  switch (`${method} ${rest.join("/")}`) {
    case "GET status":
      return hasOnly(url, logs) ? { kind: "status", url, requestId } : undefined;
    case "GET status/stream":
      return hasOnly(url, logs) ? { kind: "stream", url, requestId } : undefined;
    case "GET ":
      return hasOnly(url, {}) && !path.endsWith("/")
        ? { kind: "result", url, requestId }
        : undefined;
    case "PUT cancel":
      return hasOnly(url, {}) ? { kind: "cancel", url, requestId } : undefined;
  }
}

function hasOnly(url: URL, allowed: Record<string, RegExp>): boolean {
  const keys = [...url.searchParams.keys()];
  return (
    new Set(keys).size === keys.length &&
    keys.every((key) => allowed[key]?.test(url.searchParams.get(key) ?? ""))
  );
}
