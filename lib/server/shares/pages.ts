import "server-only";
import { html, raw } from "hono/html";
import { type Html, page, type Setting } from "../pages/page";
import { previewTags } from "./preview-tags";
import type { Visit } from "./visit";
import { describeVisit } from "./words";

export function sharePage(visit: Visit, origin: string, setting: Setting): Html {
  const { share, video } = visit;
  const { link } = setting.messages.served;
  const rare = share.allowDownload ? link.rareToSave : link.rare;
  const { title, model, date } = describeVisit(visit, setting.messages);
  return page(
    { title: `${title} · Firstframe`, head: previewTags(visit, origin, setting) },
    setting,
    html`<main>
      <div class="stage">${player(visit, setting)}</div>
      <div class="line">
        <div>
          <h1 dir="auto">${title}</h1>
          <p class="muted">
            ${model} · <time datetime="${new Date(visit.generation.createdAt).toISOString()}">${date}</time>
          </p>
          ${video.playsEverywhere === false ? html`<p class="muted">${rare}</p>` : ""}
        </div>
        <p class="actions">
          ${
            share.allowDownload
              ? html`<a class="button" href="/v/${share.slug}/video.mp4?download=1">${link.download}</a>`
              : ""
          }
          <a class="button primary" href="/">${link.makeYourOwn}</a>
        </p>
      </div>
      <form class="report" method="post" action="/v/${share.slug}/report">
        <button>${link.report}</button>
      </form>
    </main>`,
  );
}

/** Returns a page with only the video, for a frame in another site's page. */
export function embedPage(visit: Visit, setting: Setting): Html {
  const { title } = describeVisit(visit, setting.messages);
  return page(
    { title, bodyClass: "embed" },
    setting,
    html`<main>
      <h1 class="unseen">${title}</h1>
      ${player(visit, setting)}
    </main>`,
  );
}

// The video starts by itself, muted as browsers require, unless the visitor wants reduced motion. One line of script does that.
function player({ share, generation, video }: Visit, { nonce }: Setting): Html {
  const { width = 16, height = 9 } = video;
  return html`<video
      src="/v/${share.slug}/video.mp4"
      ${generation.picture ? html`poster="/v/${share.slug}/poster.jpg"` : ""}
      width="${width}" height="${height}" style="--ratio: ${(width / height).toFixed(4)}"
      autoplay muted loop playsinline controls preload="auto"
      ${share.allowDownload ? "" : raw('controlslist="nodownload"')}></video>
    <script nonce="${nonce}">${raw(
      'matchMedia("(prefers-reduced-motion: reduce)").matches&&(document.querySelector("video").autoplay=false)',
    )}</script>`;
}
