// Zero-width spaces, soft hyphens and fillers are characters, but they show nothing.
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}]/u;

/** `75_000` ms is "1:15". */
export function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/**
 * Returns a prompt as one line, for a title or a file name: without its bracketed camera moves, and without characters
 * that change the direction of the surrounding text. It is empty if nobody could see it.
 */
export function captionOf(prompt: string): string {
  return toLine(prompt.replace(/\[[^\]]*\]/g, " ")) || toLine(prompt);
}

function toLine(text: string): string {
  const line = text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Bidi_C}]/gu, "")
    .trim();
  return VISIBLE.test(line) ? line : "";
}

/** `0.5` is "$0.50". Prices below one cent keep all their digits. */
export function formatUsd(usd: number): string {
  const cents = Math.round(usd * 100) / 100;
  return `$${Math.abs(cents - usd) < 1e-9 ? usd.toFixed(2) : String(Math.round(usd * 1e6) / 1e6)}`;
}
