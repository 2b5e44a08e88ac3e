import { isErrorNamed } from "./named-error.ts";

export type Charged = "no" | "yes" | "unknown";

/** What a visitor can do about a problem, with a button or a link beside it. */
export type Action =
  | "retry"
  /** As "retry", but a minute after the problem occurred. */
  | "retry-later"
  /** As "retry", but the visitor may pay twice. */
  | "send-again"
  | "choose-picture"
  /** Offered if the picture is a part of a larger one. */
  | "crop-again"
  | "choose-model"
  | "edit-prompt"
  | "sign-in"
  | "see-ledger"
  /** Offered if this server permits own keys. */
  | "own-key"
  /** Offered if the upstream still has the video. */
  | "open-video"
  | "reload";

export const RETRY_LATER_AFTER_MS = 60_000;

type ProblemKind = {
  /** What helps, the most likely first. */
  actions: readonly Action[];
  charged: Charged;
};

/** Every problem that can be shown. The titles and sentences are in `lib/messages`, in each language. */
export const problems = {
  picture_empty: free("choose-picture"),
  picture_gone: free("choose-picture"),
  picture_changed: free("choose-picture"),
  picture_unreadable: free("choose-picture"),
  picture_incomplete: free("choose-picture"),
  picture_is_drawing: free("choose-picture"),
  picture_too_heavy: free("choose-picture"),
  picture_too_small: free("choose-picture"),
  picture_too_many_pixels: free("choose-picture"),
  picture_not_ready: free(),
  picture_missing: free(),
  draft_empty: free("choose-picture", "edit-prompt"),
  picture_from_elsewhere: free("choose-picture"),
  picture_address_refused: free("choose-picture"),
  picture_not_fetched: free("choose-picture"),
  picture_is_text: free("edit-prompt", "choose-picture"),
  picture_not_given: free("choose-picture"),
  folder_empty: free("choose-picture"),
  folder_without_picture: free("choose-picture"),
  prompt_empty: free("edit-prompt"),
  prompt_too_long: free("edit-prompt"),
  upload_failed: free("retry"),
  offline: free("retry"),
  page_incomplete: free("reload"),
  bad_request: free("reload"),
  not_found: free("reload"),
  call_refused: free("reload"),
  unknown_host: free(),
  foreign_origin: free(),
  over_budget: free("see-ledger", "own-key"),
  session_missing: free("reload"),
  line_full: free("retry-later"),
  too_many_uploads: free(),
  server_busy: free("retry-later"),
  too_fast: free("retry-later"),
  body_too_large: free("edit-prompt"),
  signed_out: free("sign-in", "retry"),
  share_gone: free(),
  share_locked: free(),
  not_shareable: free(),
  too_many_attempts: free(),
  still_working: free(),
  payer_changed: free("retry", "own-key"),
  not_sent: free("retry"),
  outcome_awaited: unclear("retry"),
  click_reused: free("retry"),
  storage_unavailable: free("retry"),
  upstream_unavailable: free("retry"),
  upstream_answer_broken: unclear("retry"),
  unconfirmed: unclear("send-again"),
  internal: unclear("retry"),
  server_unreachable: unclear("retry"),
  /** A gateway in between answered. It does not know what was sent or paid. */
  gateway_answered: unclear("retry"),
  gateway_refused: unclear("retry"),
  gateway_limit: unclear("retry"),
  key_refused: free("retry", "own-key"),
  own_key_refused: free("own-key", "retry"),
  account_locked: free("retry", "own-key"),
  model_unavailable: free("choose-model"),
  rate_limited: free("retry-later"),
  prompt_declined: unclear("edit-prompt", "crop-again", "choose-picture"),
  input_refused: unclear("edit-prompt", "crop-again", "choose-picture"),
  generation_failed: free("retry"),
  result_gone: paid("retry"),
  /** The upstream does not tell how a run ended. It may be over and paid. */
  result_delayed: unclear(),
  result_key_refused: unclear(),
  result_key_lost: unclear(),
  video_gone: paid("retry"),
  video_from_elsewhere: paid("retry"),
  video_unusable: paid("open-video", "retry"),
  video_too_large: paid("open-video"),
  video_unplayable: paid("reload"),
  disk_full: paid(),
  archive_waiting: paid(),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;

/** The problem behind each status with which the upstream refuses a call. */
export const refusals: Record<number, ProblemCode> = {
  400: "input_refused",
  401: "key_refused",
  403: "account_locked",
  404: "model_unavailable",
  413: "body_too_large",
  422: "input_refused",
  429: "rate_limited",
};

/**
 * A failure as the screen shows it. `detail` is the upstream's own sentence, if it adds something. `requestId` is what the
 * operator finds in the log.
 */
export type Problem = {
  code: ProblemCode;
  charged: Charged;
  field?: string;
  detail?: string;
  requestId?: string;
};

export function problem(code: ProblemCode, extra: Partial<Omit<Problem, "code">> = {}): Problem {
  return { code, charged: problems[code].charged, ...extra };
}

export class AppError extends Error {
  override name = "AppError";

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isErrorNamed(value, "AppError");
  }
  readonly code: ProblemCode;

  constructor(code: ProblemCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

function free(...actions: Action[]) {
  return { actions, charged: "no" } as const;
}

function paid(...actions: Action[]) {
  return { actions, charged: "yes" } as const;
}

function unclear(...actions: Action[]) {
  return { actions, charged: "unknown" } as const;
}
