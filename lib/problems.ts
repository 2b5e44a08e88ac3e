export type Charged = "no" | "yes" | "unknown";

/** What a visitor can do about a problem, by a button or a link beside it. */
export type Action =
  | "retry"
  /** The same, a minute after it happened. */
  | "retry-later"
  /** The same, where it may be paid for twice. */
  | "send-again"
  | "choose-picture"
  /** Where the picture is a part of a larger one. */
  | "crop-again"
  | "choose-model"
  | "edit-prompt"
  | "sign-in"
  | "see-ledger"
  /** Where this server allows one. */
  | "own-key"
  /** Where the upstream still has it. */
  | "open-video"
  | "reload";

export const RETRY_LATER_AFTER_MS = 60_000;

type ProblemKind = {
  /** Of our own routes' answer, where a route can meet it. */
  status?: number;
  /** What helps, first what is likeliest to. */
  actions: readonly Action[];
  charged: Charged;
};

/** Every problem that can be shown. Its title and its sentences are in `lib/messages`, in each language. */
export const problems = {
  picture_empty: free("choose-picture"),
  picture_unreadable: free("choose-picture"),
  picture_incomplete: free("choose-picture"),
  picture_is_drawing: { status: 415, ...free("choose-picture") },
  picture_too_heavy: free("choose-picture"),
  picture_too_small: free("choose-picture"),
  picture_too_many_pixels: free("choose-picture"),
  picture_not_ready: free(),
  picture_missing: { status: 400, ...free() },
  picture_from_elsewhere: { status: 400, ...free("choose-picture") },
  picture_address_refused: { status: 403, ...free("choose-picture") },
  picture_not_fetched: { status: 422, ...free("choose-picture") },
  prompt_empty: { status: 400, ...free("edit-prompt") },
  prompt_too_long: { status: 400, ...free("edit-prompt") },
  upload_failed: free("retry"),
  offline: free("retry"),
  page_incomplete: free("reload"),
  bad_request: { status: 400, ...free("reload") },
  not_found: { status: 404, ...free("reload") },
  call_refused: { status: 403, ...free("reload") },
  unknown_host: { status: 421, ...free() },
  foreign_origin: { status: 403, ...free() },
  over_budget: { status: 402, ...free("see-ledger", "own-key") },
  too_fast: { status: 429, ...free("retry-later") },
  body_too_large: { status: 413, ...free("edit-prompt") },
  signed_out: { status: 401, ...free("sign-in", "retry") },
  share_gone: { status: 410, ...free() },
  share_locked: { status: 401, ...free() },
  not_shareable: { status: 409, ...free() },
  too_many_attempts: { status: 429, ...free() },
  still_working: { status: 409, ...free() },
  payer_changed: { status: 409, ...free("retry", "own-key") },
  not_sent: { status: 500, ...free("retry") },
  outcome_awaited: { status: 503, ...unclear("retry") },
  click_reused: { status: 409, ...free("retry") },
  storage_unavailable: { status: 503, ...free("retry") },
  upstream_unavailable: { status: 503, ...free("retry") },
  upstream_answer_broken: { status: 502, ...unclear("retry") },
  unconfirmed: { status: 500, ...unclear("send-again") },
  internal: { status: 500, ...unclear("retry") },
  server_unreachable: unclear("retry"),
  /** Something in between answered, which knows nothing of what was sent or paid. */
  gateway_answered: unclear("retry"),
  gateway_refused: unclear("retry"),
  gateway_limit: unclear("retry"),
  key_refused: free("retry", "own-key"),
  own_key_refused: { status: 401, ...free("own-key", "retry") },
  account_locked: free("retry", "own-key"),
  model_unavailable: free("choose-model"),
  rate_limited: free("retry-later"),
  prompt_declined: unclear("edit-prompt", "crop-again", "choose-picture"),
  input_refused: unclear("edit-prompt", "crop-again", "choose-picture"),
  generation_failed: free("retry"),
  result_gone: paid("retry"),
  /** Of a run whose end the upstream keeps to itself: it may be over, and paid. */
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

/** What the upstream means by turning a call away. */
export const refusals: Record<number, ProblemCode> = {
  400: "input_refused",
  401: "key_refused",
  403: "account_locked",
  404: "model_unavailable",
  413: "body_too_large",
  422: "input_refused",
  429: "rate_limited",
};

/** A failure as the screen shows it. `detail` is the upstream's own sentence, when it adds something. */
export type Problem = { code: ProblemCode; charged: Charged; field?: string; detail?: string };

export function problem(code: ProblemCode, extra: Partial<Omit<Problem, "code">> = {}): Problem {
  return { code, charged: problems[code].charged, ...extra };
}

export class AppError extends Error {
  override name = "AppError";
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
