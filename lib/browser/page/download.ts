import { fetchLarge } from "../http/fetch-large";

/** Saves a video under a name. Fetched first, because `download` on a link is ignored across origins. */
export async function saveAs(url: string, name: string): Promise<void> {
  const response = await fetchLarge(url);
  if (!response.ok) throw new Error(`the video answered ${response.status}`);
  const copy = URL.createObjectURL(await response.blob());
  followDownload(copy, name);
  setTimeout(() => URL.revokeObjectURL(copy), 60_000);
}

/** Leaves the download to the browser, with its own progress. For files of this server. */
export function followDownload(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
