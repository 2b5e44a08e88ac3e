import "server-only";
import { ANSWER_MARK } from "@/lib/api/answer-mark";
import { fill } from "@/lib/messages/fill";
import { AppError, type ProblemCode } from "@/lib/problems";
import { isPassing } from "../database/retry";
import { getLog } from "../log";
import { currentRequestId } from "../process/request-context";
import { toFalError } from "../upstream/answers";
import { messagesFor } from "./locale";
import { requireOwnOrigin } from "./own-origin";
import { countRefusal } from "./refusals";
import { statusOf } from "./statuses";

export type Handler<Context> = (request: Request, context: Context) => Promise<Response>;

/**
 * Converts whatever a route throws to the one error shape that the browser knows, and refuses changes that another site asks
 * for.
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

/** As `route`, with errors in fal's shape, for the routes that a fal client calls. */
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

/** Marks the answer as this server's own, so that the browser can tell it from a gateway's. */
function mark(response: Response): Response {
  response.headers.set(ANSWER_MARK, String(Date.now()));
  return response;
}

/**
 * Throws `foreign_origin` if another site asks for more than reading, and `storage_unavailable` if the database is unavailable.
 * `mayPay`: a call that may have paid already keeps its own error.
 */
export function guarded<Context>(
  handler: Handler<Context>,
  { mayPay = false } = {},
): Handler<Context> {
  return async (request, context) => {
    const isRead = READS.has(request.method);
    if (!isRead) requireOwnOrigin(request);
    try {
      return await handler(request, context);
    } catch (error) {
      if (!isPassing(error) || (mayPay && !isRead)) throw error;
      throw new AppError("storage_unavailable", { cause: error });
    }
  };
}

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Returns the header that says when to try again, if that is known. */
export function retryAfter(code: ProblemCode): Record<string, string> {
  return code === "server_busy" ? { "retry-after": "2" } : {};
}

function report(error: unknown, { headers }: Request) {
  const known = error instanceof AppError ? error : new AppError("internal", { cause: error });
  const status = statusOf(known.code);
  const requestId = currentRequestId() ?? crypto.randomUUID();
  countRefusal(known.code);
  // The cause may contain signed URLs, so it goes to the log and never into the answer.
  if (status >= 500) getLog().error({ requestId, code: known.code, err: known.cause });
  const { common, problems: words } = messagesFor(headers);
  const { title, message: sentences } = words[known.code];
  const message = fill(common.titled, { title, rest: sentences });
  return { code: known.code, status, message, requestId };
}
