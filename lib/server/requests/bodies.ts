import "server-only";
import type { IncomingMessage } from "node:http";
import { MAX_FETCHED_BYTES } from "../pictures/fetch-picture";
import type { Refusal } from "./refusal";
import { senderOf } from "./sender";

const KB = 1024;
const MB = 1024 * KB;

export type BodyRule = {
  maxBytes: number;
  /** How much memory one body may use. A streamed body uses only what is on its way. */
  held: (bytes: number) => number;
  /** Whether a slow connection may take as long as it needs. */
  isLarge: boolean;
};

const small = (maxBytes: number): BodyRule => ({ maxBytes, held: (n) => n, isLarge: false });
const none = small(0);

// By path. Other routes accept no body, because Next would buffer it for an action that does not exist.
const rules: [path: RegExp, rule: BodyRule][] = [
  [/^\/api\/fal\/webhook$/, small(MB)],
  [/^\/api\/(fal\/proxy|pictures|removals|shares|generations(\/[^/]+){0,2})$/, small(64 * KB)],
  [/^\/(login|logout|key|v\/[^/]+(\/report)?)$/, small(8 * KB)],
  [/^\/shared$/, { maxBytes: MAX_FETCHED_BYTES + 64 * KB, held: (n) => n, isLarge: true }],
  [/^\/api\/pictures\/prepared$/, { maxBytes: MAX_FETCHED_BYTES, held: (n) => n, isLarge: true }],
  [/^\/local-fal\//, { maxBytes: 100 * MB, held: (n) => Math.min(n, MB), isLarge: true }],
];

export const MAX_BUFFERED_BYTES = 256 * MB;
export const MAX_BUFFERED_BYTES_PER_SENDER = 110 * MB;

const heldBy = new Map<string, number>();
let held = 0;

export function bodyRuleOf({ url = "" }: IncomingMessage): BodyRule {
  const path = url.split("?", 1)[0] ?? "";
  return rules.find(([pattern]) => pattern.test(path))?.[1] ?? none;
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/**
 * Reserves memory for a body until `release` is called. A body without a stated length reserves the maximum of its route.
 * Refuses a body that is too large, alone or together with the others.
 */
export function reserveBody(
  request: IncomingMessage,
  rule: BodyRule,
): { refusal: Refusal } | { release: () => void } {
  const stated = Number(request.headers["content-length"] ?? rule.maxBytes);
  if (rule.maxBytes === 0 || !(stated <= rule.maxBytes))
    return { refusal: { code: "body_too_large" } };
  const bytes = rule.held(stated);
  const sender = senderOf(request);
  const ofSender = (sender && heldBy.get(sender)) || 0;
  if (sender && ofSender + bytes > MAX_BUFFERED_BYTES_PER_SENDER)
    return { refusal: { code: "too_fast" } };
  if (held + bytes > MAX_BUFFERED_BYTES) return { refusal: { code: "too_fast", status: 503 } };
  change(sender, bytes);
  let isReleased = false;
  return {
    release() {
      if (!isReleased) change(sender, -bytes);
      isReleased = true;
    },
  };
}

function change(sender: string | undefined, bytes: number): void {
  held += bytes;
  if (sender === undefined) return;
  const left = (heldBy.get(sender) ?? 0) + bytes;
  if (left > 0) heldBy.set(sender, left);
  else heldBy.delete(sender);
}
