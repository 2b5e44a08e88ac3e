import "server-only";
import { randomBytes } from "node:crypto";
import { AppError } from "@/lib/problems";
import { messagesFor } from "../http/locale";
import { countRefusal } from "../http/refusals";
import { guarded, type Handler, retryAfter } from "../http/route";
import { statusOf } from "../http/statuses";
import { getLog } from "../log";
import { currentRequestId } from "../process/request-context";
import { type Html, noticePage, type Setting } from "./page";

type PageOptions = { status?: number; framing?: Framing; more?: Record<string, string> };
type Framing = "nowhere" | "anywhere";

/** Answers with a page that runs only its own script and that other sites can embed only if the page allows it. */
export async function pageAnswer(
  { headers }: Pick<Request, "headers">,
  make: (setting: Setting) => Html | Promise<Html>,
  { status = 200, framing = "nowhere", more = {} }: PageOptions = {},
): Promise<Response> {
  const nonce = randomBytes(16).toString("base64");
  const messages = messagesFor(headers);
  const body = String(await make({ nonce, messages }));
  const policy = [
    "default-src 'none'",
    "img-src 'self'",
    "media-src 'self'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "font-src 'self'",
    // The video's `--ratio` is the only style that is an attribute.
    "style-src-attr 'unsafe-inline'",
    "form-action 'self'",
    "base-uri 'none'",
    framing === "anywhere" ? "frame-ancestors *" : "frame-ancestors 'none'",
  ];
  return new Response(body, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": messages.locale,
      vary: "Accept-Language",
      "content-security-policy": policy.join("; "),
      // A revoked link must stop working at once.
      "cache-control": "no-store",
      "x-robots-tag": "noindex",
      ...(framing === "nowhere" && { "x-frame-options": "DENY" }),
      ...more,
    },
  });
}

/** Converts what a handler throws to a page with the right status. */
export function pageRoute<Context>(handler: Handler<Context>): Handler<Context> {
  return (request, context) =>
    guarded(handler)(request, context).catch((error: unknown) => {
      // Next's own signals, such as a redirect.
      if (error instanceof Error && "digest" in error) throw error;
      const { code, cause } =
        error instanceof AppError ? error : new AppError("internal", { cause: error });
      if (code === "signed_out" && request.method === "GET")
        return new Response(null, { status: 303, headers: { location: "/login" } });
      countRefusal(code);
      const status = statusOf(code);
      if (status >= 500) getLog().error({ code, err: cause }, "a page failed");
      return pageAnswer(
        request,
        (setting) =>
          noticePage(
            { ...setting.messages.problems[code], requestId: currentRequestId() },
            setting,
          ),
        { status, more: retryAfter(code) },
      );
    });
}
