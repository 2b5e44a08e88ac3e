import "server-only";
import { html, raw } from "hono/html";
import { type Html, page } from "./page";

/** fal's keys are an id and a secret. */
export function isFalKey(text: string): boolean {
  return /^[\w-]{8,80}:[\w-]{8,160}$/.test(text);
}

type KeyForm = { hasKey: boolean; isWrong?: boolean };

export function keyPage({ hasKey, isWrong = false }: KeyForm, nonce: string): Html {
  return page(
    { title: "Your fal key · Firstframe", nonce },
    html`<main class="notice">
      <h1>${hasKey ? "You use a fal key of your own" : "Use a fal key of your own"}</h1>
      <p class="muted">
        What you make is then paid by your account at fal. The key is kept encrypted in this browser's cookie, and on
        the server only while a video of yours is made, so that it is brought home even when you close the page. Nobody
        else's videos use it, and no log has it.
      </p>
      <form method="post" action="/key">
        <label for="key">fal key</label>
        <input id="key" name="key" type="password" required autocomplete="off" spellcheck="false"
          placeholder="key-id:key-secret" ${isWrong ? raw('aria-describedby="complaint"') : ""} />
        ${
          isWrong
            ? html`<p id="complaint" role="alert">That does not look like a key of fal: it has an id, a colon and a
                secret. fal.ai/dashboard/keys shows it once, when it is made.</p>`
            : ""
        }
        <button class="button primary">${hasKey ? "Use this one instead" : "Use it"}</button>
      </form>
      ${
        hasKey
          ? html`<form method="post" action="/key">
              <input type="hidden" name="key" value="" />
              <button class="button">Forget my key</button>
            </form>`
          : ""
      }
      <p><a class="button" href="/">Back to the studio</a></p>
    </main>`,
  );
}
