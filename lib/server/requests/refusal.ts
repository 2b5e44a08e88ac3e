import "server-only";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ANSWER_MARK } from "@/lib/api/answer-mark";
import { fill } from "@/lib/messages/fill";
import type { ProblemCode } from "@/lib/problems";
import { messagesFor } from "../http/locale";
import { countRefusal } from "../http/refusals";
import { statusOf } from "../http/statuses";
import { pageAnswer } from "../pages/answer";
import { noticePage } from "../pages/page";
import { currentRequestId } from "../process/request-context";
import { toFalError } from "../upstream/answers";

/** Why the server refuses a request. `status` replaces the usual status of the problem. */
export type Refusal = { code: ProblemCode; status?: number };

/** Answers instead of the routes: with a page if a browser shows it, else in the shape of our errors. */
export async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { code, status }: Refusal,
): Promise<void> {
  countRefusal(code);
  const shown = status ?? statusOf(code);
  const answer = isForPage(request)
    ? await toPage(request, code, shown)
    : toJson(request, code, shown);
  if (response.headersSent || response.destroyed) return;
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader("cache-control", "no-store");
  response.end(request.method === "HEAD" ? undefined : Buffer.from(await answer.arrayBuffer()));
}

function isForPage({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && (headers.accept ?? "").startsWith("text/html");
}

function toPage(request: IncomingMessage, code: ProblemCode, status: number): Promise<Response> {
  const draw = (setting: Parameters<typeof noticePage>[1]) =>
    noticePage({ ...setting.messages.problems[code], requestId: currentRequestId() }, setting);
  return pageAnswer({ headers: languageOf(request) }, draw, { status });
}

// A fal client reads the answers of the proxy, so they have fal's shape.
function toJson(request: IncomingMessage, code: ProblemCode, status: number): Response {
  const { common, problems: words } = messagesFor(languageOf(request));
  const { title, message: rest } = words[code];
  const message = fill(common.titled, { title, rest });
  const requestId = currentRequestId() ?? crypto.randomUUID();
  const isForFal = request.url?.startsWith("/api/fal/proxy") ?? false;
  const answer = isForFal
    ? toFalError({ code, message, requestId }, status)
    : Response.json({ error: { code, message, requestId } }, { status });
  answer.headers.set(ANSWER_MARK, String(Date.now()));
  return answer;
}

function languageOf({ headers }: IncomingMessage): Headers {
  const language = headers["accept-language"];
  return new Headers(language === undefined ? {} : { "accept-language": language.slice(0, 200) });
}
