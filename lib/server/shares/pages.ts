import "server-only";
import { html, raw } from "hono/html";
import { fill } from "@/lib/messages/fill";
import { type Html, page, type Setting } from "../pages/page";
import { previewOf } from "./preview";
import type { Visit } from "./visit";
import { describeVisit } from "./words";

export function sharePage(visit: Visit, origin: string, setting: Setting): Html {
  const { share } = visit;
  const { link } = setting.messages.served;
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

type Tag = readonly [name: string, content: string | number];

function previewTags(visit: Visit, origin: string, { messages }: Setting): Html {
  const { share, video, generation } = visit;
  // A visitor without the password sees nothing, and neither do link robots.
  if (share.password !== undefined) return html``;
  const { title, description } = describeVisit(visit, messages);
  const { width = 1280, height = 720, durationSeconds = 6 } = video;
  const url = `${origin}/v/${share.slug}`;
  const preview = previewOf(visit, origin);
  const tags: Tag[] = [
    ["og:type", "video.other"],
    ["og:site_name", "Firstframe"],
    ["og:url", url],
    ["og:title", title],
    ["og:description", description],
    ["og:video", `${url}/video.mp4`],
    ...(url.startsWith("https:") ? [["og:video:secure_url", `${url}/video.mp4`] as const] : []),
    ["og:video:type", video.contentType ?? "video/mp4"],
    ["og:video:width", width],
    ["og:video:height", height],
    ...(preview
      ? ([
          ["og:image", preview.url],
          ["og:image:type", "image/jpeg"],
          ["og:image:width", preview.width],
          ["og:image:height", preview.height],
          ["og:image:alt", fill(messages.served.link.firstFrame, { title })],
        ] as const)
      : []),
  ];
  const cards: Tag[] = [
    ["description", description],
    ["twitter:card", preview ? "player" : "summary"],
    ["twitter:title", title],
    ["twitter:description", description],
    ...(preview ? ([["twitter:image", preview.url]] as const) : []),
    ["twitter:player", `${url}/embed`],
    ["twitter:player:width", width],
    ["twitter:player:height", height],
  ];
  const about = {
    "@context": "https://schema.org",
    "@type": "VideoObject",
    name: title,
    description,
    contentUrl: `${url}/video.mp4`,
    embedUrl: `${url}/embed`,
    ...(preview && { thumbnailUrl: preview.url }),
    uploadDate: new Date(generation.createdAt).toISOString(),
    duration: `PT${durationSeconds.toFixed(1)}S`,
    width,
    height,
  };
  return html`
    ${tags.map(([name, content]) => html`<meta property="${name}" content="${content}" />`)}
    ${cards.map(([name, content]) => html`<meta name="${name}" content="${content}" />`)}
    <link rel="canonical" href="${url}" />
    <link rel="alternate" type="application/json+oembed" title="${title}"
      href="${origin}/api/oembed?format=json&url=${encodeURIComponent(url)}" />
    <script type="application/ld+json">${raw(toScriptJson(about))}</script>`;
}

// `</script>` in a prompt must not end the element.
function toScriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
