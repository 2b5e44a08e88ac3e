import "server-only";
import { html, raw } from "hono/html";
import { accountField, type Html, page, type Setting } from "./page";

/** Whether the text has the form of a fal key: an id, a colon and a secret. */
export function isFalKey(text: string): boolean {
  return /^[\w-]{8,80}:[\w-]{8,160}$/.test(text);
}

type KeyForm = { hasKey: boolean; isWrong?: boolean };

export function keyPage({ hasKey, isWrong = false }: KeyForm, setting: Setting): Html {
  const { key, notices } = setting.messages.served;
  return page(
    { title: `${key.title} · Firstframe` },
    setting,
    html`<main class="notice">
      <h1>${hasKey ? key.headingInUse : key.heading}</h1>
      <p class="muted">${key.meaning}</p>
      <p><a class="away" href="https://fal.ai/dashboard/keys" target="_blank" rel="noopener noreferrer">${key.getOne}</a></p>
      <form method="post" action="/key">
        ${accountField("fal-key")}
        <label for="key">${key.field}</label>
        <input id="key" name="key" type="password" required autocomplete="off" spellcheck="false"
          placeholder="${key.placeholder}" ${isWrong ? raw('aria-describedby="complaint"') : ""} />
        ${isWrong ? html`<p id="complaint" role="alert">${key.notAKey}</p>` : ""}
        <button class="button primary">${hasKey ? key.useInstead : key.use}</button>
      </form>
      ${
        hasKey
          ? html`<form method="post" action="/key">
              <input type="hidden" name="key" value="" />
              <button class="button">${key.forget}</button>
            </form>`
          : ""
      }
      <p><a class="button" href="/">${notices.backToStudio}</a></p>
    </main>`,
  );
}
