import "server-only";
import { html, raw } from "hono/html";
import type { Messages } from "@/lib/messages";
import { fill } from "@/lib/messages/fill";
import { styles } from "./styles";

/** HTML of whole pages without React, so that they load no script and can have a status such as 410. */
export type Html = ReturnType<typeof html>;

/** What every page needs: the nonce for its style and script, and the texts in the visitor's language. */
export type Setting = { nonce: string; messages: Messages };

type Outline = { title: string; head?: Html; bodyClass?: string };

const mark = raw(
  '<svg viewBox="0 0 32 32" fill="none" aria-hidden="true"><rect x="3" y="3" width="26" height="26" rx="6" stroke="currentColor" stroke-width="5"/><path d="M12.5 9.5v13l10.5-6.5z" fill="currentColor"/></svg>',
);

const fontPreload = raw(
  '<link rel="preload" href="/fonts/geist-latin.woff2" as="font" type="font/woff2" crossorigin />',
);

export function page(
  { title, head, bodyClass = "" }: Outline,
  { nonce, messages }: Setting,
  body: Html,
): Html {
  return html`<!doctype html>
    <html lang="${messages.locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="dark light" />
        <title>${title}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        ${bodyClass ? "" : fontPreload}
        ${head ?? ""}
        <style nonce="${nonce}">${raw(styles)}</style>
      </head>
      <body class="${bodyClass}">
        ${bodyClass ? "" : html`<header><a href="/">${mark}firstframe</a></header>`}
        ${body}
      </body>
    </html>`;
}

type Notice = {
  title: string;
  message: string;
  /** The id under which the operator finds the request in the log, if the page is about a failure. */
  requestId?: string;
};

export function noticePage({ title, message, requestId }: Notice, setting: Setting): Html {
  return page(
    { title: `${title} · Firstframe` },
    setting,
    html`<main class="notice">
      <h1>${title}</h1>
      <p class="muted">${message}</p>
      <p><a class="button" href="/">${setting.messages.served.notices.makeYourOwn}</a></p>
      ${requestId ? html`<p class="reference">${setting.messages.served.notices.request} <code>${requestId}</code></p>` : ""}
    </main>`,
  );
}

type Complaint = "wrong" | "too_many_attempts";

type PasswordForm = {
  /** A sentence that says what the password opens. */
  to: "studio" | "video";
  action: string;
  /** The name by which a password manager distinguishes this password from others of this server. */
  account: string;
  /** Why the last attempt failed. */
  problem?: Complaint;
};

export const PASSWORD_FIELDS = { studio: "password", video: "link-password" } as const;

/** A hidden field for password managers. Without it they store one password for all forms of a server. */
export function accountField(account: string): Html {
  return html`<input class="unseen" type="text" name="username" value="${account}"
    autocomplete="username" readonly tabindex="-1" aria-hidden="true" />`;
}

export function passwordPage(
  { to, action, account, problem }: PasswordForm,
  setting: Setting,
): Html {
  const { password } = setting.messages.served;
  const complaint = problem && complain(problem, setting.messages);
  const id = PASSWORD_FIELDS[to];
  return page(
    { title: `${password.title} · Firstframe` },
    setting,
    html`<main class="notice">
      <h1>${password.headings[to]}</h1>
      <form method="post" action="${action}">
        ${accountField(account)}
        <label for="${id}">${password.field}</label>
        <input id="${id}" name="${id}" type="password" required autofocus
          autocomplete="current-password" ${complaint ? raw('aria-describedby="complaint"') : ""} />
        ${complaint ? html`<p id="complaint" role="alert">${complaint}</p>` : ""}
        <button class="button primary">${password.open}</button>
      </form>
    </main>`,
  );
}

function complain(problem: Complaint, messages: Messages): string {
  if (problem === "wrong") return messages.served.password.wrong;
  const { title, message } = messages.problems.too_many_attempts;
  return fill(messages.common.titled, { title, rest: message });
}
