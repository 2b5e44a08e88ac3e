import "server-only";
import { html, raw } from "hono/html";
import type { Messages } from "@/lib/messages";
import { fill } from "@/lib/messages/fill";
import type { Html, Setting } from "../pages/page";
import { previewOf } from "./preview";
import type { Visit } from "./visit";
import { describeVisit } from "./words";

type Tag = readonly [name: string, content: string | number];

/** What chats and other sites read of a link. Names only what is there: a video that plays everywhere, a picture that was made. */
export function previewTags(visit: Visit, origin: string, { messages }: Setting): Html {
  // A visitor without the password sees nothing, and neither do link robots.
  if (visit.share.password !== undefined) return html``;
  const { title } = describeVisit(visit, messages);
  const url = `${origin}/v/${visit.share.slug}`;
  const tags = graphTags(visit, origin, messages);
  const cards = cardTags(visit, origin, messages);
  return html`
    ${tags.map(([name, content]) => html`<meta property="${name}" content="${content}" />`)}
    ${cards.map(([name, content]) => html`<meta name="${name}" content="${content}" />`)}
    <link rel="canonical" href="${url}" />
    <link rel="alternate" type="application/json+oembed" title="${title}"
      href="${origin}/api/oembed?format=json&url=${encodeURIComponent(url)}" />
    <script type="application/ld+json">${raw(toScriptJson(describeVideo(visit, origin, messages)))}</script>`;
}

function graphTags(visit: Visit, origin: string, messages: Messages): Tag[] {
  const { share, video } = visit;
  const { title, description } = describeVisit(visit, messages);
  const url = `${origin}/v/${share.slug}`;
  const file = `${url}/video.mp4`;
  const preview = previewOf(visit, origin);
  const tags: Tag[] = [
    ["og:type", "video.other"],
    ["og:site_name", "Firstframe"],
    ["og:url", url],
    ["og:title", title],
    ["og:description", description],
  ];
  if (playsEverywhere(visit)) {
    const { width, height } = sizeOf(visit);
    tags.push(["og:video", file]);
    if (url.startsWith("https:")) tags.push(["og:video:secure_url", file]);
    tags.push(["og:video:type", video.contentType ?? "video/mp4"]);
    tags.push(["og:video:width", width], ["og:video:height", height]);
  }
  if (preview)
    tags.push(
      ["og:image", preview.url],
      ["og:image:type", "image/jpeg"],
      ["og:image:width", preview.width],
      ["og:image:height", preview.height],
      ["og:image:alt", fill(messages.served.link.firstFrame, { title })],
    );
  return tags;
}

function cardTags(visit: Visit, origin: string, messages: Messages): Tag[] {
  const { title, description } = describeVisit(visit, messages);
  const preview = previewOf(visit, origin);
  const about: Tag[] = [
    ["description", description],
    ["twitter:title", title],
    ["twitter:description", description],
  ];
  // A card with a player needs a picture as well.
  if (!preview) return [...about, ["twitter:card", "summary"]];
  about.push(["twitter:image", preview.url]);
  if (!playsEverywhere(visit)) return [...about, ["twitter:card", "summary_large_image"]];
  const { width, height } = sizeOf(visit);
  return [
    ...about,
    ["twitter:card", "player"],
    ["twitter:player", `${origin}/v/${visit.share.slug}/embed`],
    ["twitter:player:width", width],
    ["twitter:player:height", height],
  ];
}

/** As schema.org has it. */
function describeVideo(visit: Visit, origin: string, messages: Messages) {
  const { share, video, generation } = visit;
  const { title, description } = describeVisit(visit, messages);
  const { durationSeconds = 6 } = video;
  const url = `${origin}/v/${share.slug}`;
  const preview = previewOf(visit, origin);
  return {
    "@context": "https://schema.org",
    "@type": "VideoObject",
    name: title,
    description,
    contentUrl: `${url}/video.mp4`,
    embedUrl: `${url}/embed`,
    ...(preview && { thumbnailUrl: preview.url }),
    uploadDate: new Date(generation.createdAt).toISOString(),
    duration: `PT${durationSeconds.toFixed(1)}S`,
    ...sizeOf(visit),
  };
}

function playsEverywhere({ video }: Visit): boolean {
  return video.playsEverywhere !== false;
}

function sizeOf({ video: { width = 1280, height = 720 } }: Visit) {
  return { width, height };
}

// `</script>` in a prompt must not end the element.
function toScriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
