import "server-only";
import type { ProblemCode } from "@/lib/problems";

const statuses: Partial<Record<ProblemCode, number>> = {
  picture_empty: 422,
  picture_unreadable: 415,
  picture_is_drawing: 415,
  picture_incomplete: 422,
  picture_too_small: 422,
  picture_too_many_pixels: 413,
  picture_too_heavy: 413,
  picture_missing: 400,
  draft_empty: 400,
  picture_from_elsewhere: 400,
  picture_address_refused: 403,
  picture_not_fetched: 422,
  picture_is_text: 422,
  picture_not_given: 422,
  prompt_empty: 400,
  prompt_too_long: 400,
  bad_request: 400,
  not_found: 404,
  call_refused: 403,
  unknown_host: 421,
  foreign_origin: 403,
  over_budget: 402,
  session_missing: 401,
  line_full: 409,
  too_many_uploads: 429,
  server_busy: 503,
  too_fast: 429,
  body_too_large: 413,
  signed_out: 401,
  share_gone: 410,
  share_locked: 401,
  not_shareable: 409,
  too_many_attempts: 429,
  still_working: 409,
  payer_changed: 409,
  not_sent: 500,
  outcome_awaited: 503,
  click_reused: 409,
  storage_unavailable: 503,
  upstream_unavailable: 503,
  upstream_answer_broken: 502,
  unconfirmed: 500,
  internal: 500,
  own_key_refused: 401,
};

/** Returns the HTTP status for a problem; 500 if it has none of its own. */
export function statusOf(code: ProblemCode): number {
  return statuses[code] ?? 500;
}
