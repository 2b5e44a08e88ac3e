import { toFileName } from "../../file-name";
import { fetchLarge } from "../http/fetch-large";

/** Saves a video under its prompt. Fetched first, because `download` on a link is ignored across origins. */
export async function saveAs(url: string, prompt: string): Promise<void> {
  const response = await fetchLarge(url);
  if (!response.ok) throw new Error(`the video was answered with ${response.status}`);
  const copy = URL.createObjectURL(await response.blob());
  follow(copy, toFileName(prompt, extensionOf(url)));
  setTimeout(() => URL.revokeObjectURL(copy), 60_000);
}

/** Leaves the download to the browser, with its own progress. For files of this server, which names them. */
export function followDownload(href: string, prompt: string): void {
  follow(href, toFileName(prompt));
}

function extensionOf(url: string): string | undefined {
  return /\.(mp4|m4v|mov|webm|mkv)$/i
    .exec(new URL(url, location.href).pathname)?.[1]
    ?.toLowerCase();
}

function follow(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
