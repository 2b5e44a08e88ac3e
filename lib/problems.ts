export type Charged = "no" | "yes" | "unknown";

/** What a visitor can do about a problem, by a button or a link beside it. */
export type Action =
  | "retry"
  /** The same, a minute after it happened. */
  | "retry-later"
  /** The same, where it may be paid for twice. */
  | "send-again"
  | "choose-picture"
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
  title: string;
  /** What happened and what to do about it. */
  message: string;
  /** What helps, first what is likeliest to. */
  actions: readonly Action[];
  charged: Charged;
};

const MINIMAX_FORMATS = "Use a JPEG, PNG or WebP picture.";

export const problems = {
  picture_empty: free(
    "This file is empty",
    `It holds no bytes, so there is nothing to show. ${MINIMAX_FORMATS}`,
    "choose-picture",
  ),
  picture_unreadable: free(
    "This is not a picture we can read",
    `The file is damaged or holds something else. ${MINIMAX_FORMATS}`,
    "choose-picture",
  ),
  picture_incomplete: free(
    "This picture is cut off",
    "Its end is missing, as after a broken download. Copy or download it again, then drop it here.",
    "choose-picture",
  ),
  picture_is_drawing: {
    status: 415,
    ...free(
      "An SVG is a drawing, not a photograph",
      "The model needs pixels. Export it as PNG or JPEG, then drop that.",
      "choose-picture",
    ),
  },
  picture_too_heavy: free(
    "This picture is over 20 MB",
    "The model takes files up to 20 MB. Save a smaller copy: 2,000 pixels on the long side is plenty.",
    "choose-picture",
  ),
  picture_too_small: free(
    "This picture is too small",
    "Its short side must be over 300 pixels. Use a larger original rather than an enlarged copy.",
    "choose-picture",
  ),
  picture_too_many_pixels: free(
    "This picture has too many pixels",
    "It would need more memory than a browser gives. Save a copy of up to 120 megapixels, then drop that.",
    "choose-picture",
  ),
  picture_not_ready: free(
    "The new picture is not ready yet",
    "Wait until it is prepared, or choose the part of it to send. Then press the button again.",
  ),
  picture_missing: {
    status: 400,
    ...free("There is no picture yet", "Drop one on the stage, paste it, or choose a file."),
  },
  picture_from_elsewhere: {
    status: 400,
    ...free(
      "This picture is not one that was uploaded here",
      "Only pictures that were dropped, pasted or chosen here are sent. Drop it again.",
      "choose-picture",
    ),
  },
  picture_address_refused: {
    status: 403,
    ...free(
      "This server does not call that address",
      "It fetches pictures from the public internet alone. Save the picture, then drop the file.",
      "choose-picture",
    ),
  },
  picture_not_fetched: {
    status: 422,
    ...free(
      "The picture did not come",
      "The address gave no picture: an error, a page, over 50 MB, or nothing in time. Save the picture, then drop the file.",
      "choose-picture",
    ),
  },
  prompt_empty: {
    status: 400,
    ...free(
      "The prompt is empty",
      "Write in a few words what should happen after the first frame.",
      "edit-prompt",
    ),
  },
  prompt_too_long: {
    status: 400,
    ...free(
      "The prompt is too long",
      "The model reads 2,000 characters. Shorten it: nothing that you wrote is lost.",
      "edit-prompt",
    ),
  },
  upload_failed: free(
    "The upload broke off",
    "Your picture and your words are still here. Check the connection and try again.",
    "retry",
  ),
  offline: free(
    "You are offline",
    "Your picture and your words are still here. Try again when the connection is back.",
    "retry",
  ),

  bad_request: {
    status: 400,
    ...free(
      "This server could not use the request",
      "The page may be older than its server. Reload it: your picture and your words are kept.",
      "reload",
    ),
  },
  not_found: {
    status: 404,
    ...free("There is nothing here", "The address is wrong, or what it named is gone.", "reload"),
  },
  call_refused: {
    status: 403,
    ...free(
      "This server does not pass that call on",
      "Only the calls that Firstframe itself makes reach fal. Reload the page if it has been open for long: what you wrote is kept.",
      "reload",
    ),
  },
  foreign_origin: {
    status: 403,
    ...free(
      "That did not come from this studio's own page",
      "Open the studio at the address that its server knows as its own (PUBLIC_URL), then try again.",
    ),
  },
  over_budget: {
    status: 402,
    ...free(
      "Today's budget is spent",
      "Nothing was sent, and what you made stays here. The next day begins at 00:00 UTC.",
      "see-ledger",
      "own-key",
    ),
  },
  too_fast: {
    status: 429,
    ...free(
      "You started too many in one minute",
      "Nothing was sent. A minute from then you can try again.",
      "retry-later",
    ),
  },
  body_too_large: {
    status: 413,
    ...free(
      "That request is too large",
      "Nothing was sent. Shorten the prompt, then press the button again.",
      "edit-prompt",
    ),
  },
  signed_out: {
    status: 401,
    ...free(
      "You are signed out",
      "Nothing was sent, and what you wrote stays here. Sign in in another tab, then come back and try again.",
      "sign-in",
      "retry",
    ),
  },
  share_gone: {
    status: 410,
    ...free("This link was taken back", "Whoever shared it has revoked it, or its time is over."),
  },
  share_locked: {
    status: 401,
    ...free("This link asks for a password", "Ask whoever sent it to you."),
  },
  not_shareable: {
    status: 409,
    ...free("There is no video to share yet", "Wait until it is kept on this server."),
  },
  too_many_attempts: {
    status: 429,
    ...free("Too many wrong passwords", "Wait a few minutes, then try again."),
  },
  still_working: {
    status: 409,
    ...free(
      "This one is still being made",
      "Cancel it first, or wait until it is ready: then it can be deleted.",
    ),
  },
  click_reused: {
    status: 409,
    ...free(
      "This click was for something else",
      "Its key has been used for another prompt or picture. Trying again makes a new one.",
      "retry",
    ),
  },
  storage_unavailable: {
    status: 503,
    ...free(
      "This server can't reach its own records",
      "Nothing was sent. Wait a moment, then try again.",
      "retry",
    ),
  },
  upstream_unavailable: {
    status: 503,
    ...free(
      "fal can't be reached right now",
      "Nothing was sent. Wait a moment, then try again.",
      "retry",
    ),
  },
  upstream_answer_broken: {
    status: 502,
    title: "fal's answer did not arrive",
    message: "The connection broke off. Wait a moment, then try again.",
    actions: ["retry"],
    charged: "unknown",
  },
  unconfirmed: {
    status: 500,
    title: "It is not known whether fal took this one",
    message:
      "It was sent, but the answer was lost. If fal tells of it, the video appears here by itself. It is never sent again without you: that could pay for it twice.",
    actions: ["send-again"],
    charged: "unknown",
  },
  internal: {
    status: 500,
    title: "Something broke on this server",
    message: "Its log has the details. Your picture and your words are still here.",
    actions: ["retry"],
    charged: "unknown",
  },

  server_unreachable: {
    title: "This server can't be reached",
    message: "Check that it is running and that you are online. The run goes on upstream.",
    actions: ["retry"],
    charged: "unknown",
  },
  key_refused: free(
    "fal refused this server's key",
    "Whoever runs this server should check FAL_KEY. Your picture and your words are still here.",
    "retry",
    "own-key",
  ),
  own_key_refused: {
    status: 401,
    ...free(
      "fal refused your key",
      "It may have been deleted, or lack permission. Enter another, then try again.",
      "own-key",
      "retry",
    ),
  },
  account_locked: free(
    "The fal account is locked",
    "Its balance may be used up, or the key may lack permission. See fal.ai/dashboard/billing, then try again.",
    "retry",
    "own-key",
  ),
  model_unavailable: free(
    "fal does not know this model",
    "It may have been renamed or withdrawn. Choose another model, then press Generate.",
    "choose-model",
  ),
  rate_limited: free(
    "fal takes no more requests at the moment",
    "This account has sent too many. A minute from then you can try again.",
    "retry-later",
  ),
  prompt_declined: {
    title: "The model declined this one",
    message:
      "Its content check flagged the prompt or the picture. Change one of them, then press Generate.",
    actions: ["edit-prompt", "choose-picture"],
    charged: "unknown",
  },
  input_refused: {
    title: "The model could not use this input",
    message: "Change what it names, then press Generate.",
    actions: ["edit-prompt", "choose-picture"],
    charged: "unknown",
  },
  generation_failed: free(
    "The model failed while it worked",
    "It is not about your picture or your words. Try again: nothing has to be changed.",
    "retry",
  ),
  result_gone: {
    title: "The result is no longer kept",
    message:
      "fal stores a result for about an hour, and this one was not collected in time. Trying again is a new run.",
    actions: ["retry"],
    charged: "yes",
  },
  video_gone: paid(
    "fal no longer has the video's file",
    "It was removed there before this server had its own copy. Trying again is a new run.",
    "retry",
  ),
  video_from_elsewhere: paid(
    "The answer named a file that is not fal's",
    "This server fetches videos from fal's own hosts alone, so this one was left where it is. Trying again is a new run.",
    "retry",
  ),
  video_unusable: paid(
    "What came is not a video",
    "The file that fal named is empty, damaged, or something else. Look at it there, or try again: that is a new run.",
    "open-video",
    "retry",
  ),
  video_too_large: paid(
    "The video is too large to be kept here",
    "It stays at fal for some days: save it from there.",
    "open-video",
  ),
  video_unplayable: paid(
    "The video can't be played right now",
    "Its file did not come, or this browser can't read it. Reload the page, or download it.",
    "reload",
  ),
  disk_full: paid(
    "This server's disk is full",
    "The video plays from fal until there is room. This server keeps trying by itself.",
  ),
  archive_waiting: paid(
    "The video is not kept here yet",
    "It plays from fal meanwhile. This server keeps trying by itself.",
  ),
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;

/** What the upstream means by turning a call away. */
export const refusals: Record<number, ProblemCode> = {
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
    super(problems[code].message, options);
    this.code = code;
  }
}

function free(title: string, message: string, ...actions: Action[]) {
  return { title, message, actions, charged: "no" } as const;
}

function paid(title: string, message: string, ...actions: Action[]) {
  return { title, message, actions, charged: "yes" } as const;
}
