import "server-only";
import { ANSWER_MARK } from "@/lib/api/answer-mark";
import { fill } from "@/lib/messages/fill";
import { AppError, type ProblemCode } from "@/lib/problems";
import { isPassing } from "../database/retry";
import { getLog } from "../log";
import { toFalError } from "../upstream/answers";
import { messagesFor } from "./locale";
import { requireOwnOrigin } from "./own-origin";
import { statusOf } from "./statuses";

export type Handler<Context> = (request: Request, context: Context) => Promise<Response>;

/**
 * Turns whatever a route throws into the one error shape that the browser knows, and refuses what another site would
 * have changed here.
 */
export function route<Context>(handler: Handler<Context>): Handler<Context> {
  return (request, context) =>
    guarded(handler)(request, context)
      .catch((error: unknown) => {
        const { code, status, message, requestId } = report(error, request);
        const headers = retryAfter(code);
        return Response.json({ error: { code, message, requestId } }, { status, headers });
      })
      .then(mark);
}

/** The same in fal's shape, for the routes that a fal client reads. */
export function falRoute<Context>(handler: Handler<Context>): Handler<Context> {
  return (request, context) =>
    guarded(handler, { mayPay: true })(request, context)
      .catch((error: unknown) => {
        const { code, status, message, requestId } = report(error, request);
        const answer = toFalError({ code, message, requestId }, status);
        for (const [name, value] of Object.entries(retryAfter(code)))
          answer.headers.set(name, value);
        return answer;
      })
      .then(mark);
}

/** Says that this server answered, and not a gateway in front of it. */
function mark(response: Response): Response {
  response.headers.set(ANSWER_MARK, String(Date.now()));
  return response;
}

/**
 * Throws `foreign_origin` for whatever is no mere look at something, and `storage_unavailable` when the database is
 * away, except where something may have been paid already.
 */
export function guarded<Context>(
  handler: Handler<Context>,
  { mayPay = false } = {},
): Handler<Context> {
  return async (request, context) => {
    const isLook = LOOKS.has(request.method);
    if (!isLook) requireOwnOrigin(request);
    try {
      return await handler(request, context);
    } catch (error) {
      if (!isPassing(error) || (mayPay && !isLook)) throw error;
      throw new AppError("storage_unavailable", { cause: error });
    }
  };
}

const LOOKS = new Set(["GET", "HEAD", "OPTIONS"]);

/** How soon another try is worth it, where that is known. */
export function retryAfter(code: ProblemCode): Record<string, string> {
  return code === "server_busy" ? { "retry-after": "2" } : {};
}

function report(error: unknown, { headers }: Request) {
  const known = error instanceof AppError ? error : new AppError("internal", { cause: error });
  const status = statusOf(known.code);
  const requestId = crypto.randomUUID();
  // The cause can hold signed URLs: it goes to the log, never into the answer.
  if (status >= 500) getLog().error({ requestId, code: known.code, err: known.cause });
  const { common, problems: words } = messagesFor(headers);
  const { title, message: sentences } = words[known.code];
  const message = fill(common.titled, { title, rest: sentences });
  return { code: known.code, status, message, requestId };
}
