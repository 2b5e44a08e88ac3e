import "server-only";
import { html, raw } from "hono/html";
import { messagesOf } from "@/lib/messages";
import { styles } from "./styles";

/** HTML of whole pages, made here rather than by React: they load no script, and their status can be 410. */
export type Html = ReturnType<typeof html>;

const mark = raw(
  '<svg viewBox="0 0 32 32" fill="none" aria-hidden="true"><rect x="3" y="3" width="26" height="26" rx="6" stroke="currentColor" stroke-width="5"/><path d="M12.5 9.5v13l10.5-6.5z" fill="currentColor"/></svg>',
);

export function page(
  {
    title,
    nonce,
    head,
    bodyClass = "",
  }: { title: string; nonce: string; head?: Html; bodyClass?: string },
  body: Html,
): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="dark light" />
        <title>${title}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        ${head ?? ""}
        <style nonce="${nonce}">${raw(styles)}</style>
      </head>
      <body class="${bodyClass}">
        ${bodyClass ? "" : html`<header><a href="/">${mark}firstframe</a></header>`}
        ${body}
      </body>
    </html>`;
}

export function noticePage(title: string, message: string, nonce: string): Html {
  return page(
    { title: `${title} · Firstframe`, nonce },
    html`<main class="notice">
      <h1>${title}</h1>
      <p class="muted">${message}</p>
      <p><a class="button" href="/">Make a video of your own</a></p>
    </main>`,
  );
}

type PasswordForm = {
  title: string;
  action: string;
  /** What was wrong with the last try. */
  problem?: "wrong" | "too_many_attempts";
};

export function passwordPage({ title, action, problem }: PasswordForm, nonce: string): Html {
  const { title: tooMany, message } = messagesOf("en").problems.too_many_attempts;
  const complaint =
    problem && (problem === "wrong" ? "That is not the password." : `${tooMany}. ${message}`);
  return page(
    { title: "A password, please · Firstframe", nonce },
    html`<main class="notice">
      <h1>${title}</h1>
      <form method="post" action="${action}">
        <label for="password">Password</label>
        <input id="password" name="password" type="password" required autofocus
          autocomplete="current-password" ${complaint ? raw('aria-describedby="complaint"') : ""} />
        ${complaint ? html`<p id="complaint" role="alert">${complaint}</p>` : ""}
        <button class="button primary">Open</button>
      </form>
    </main>`,
  );
}
