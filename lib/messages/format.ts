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

/** A prompt without its bracketed camera moves, for a caption or a file's name. */
export function captionOf(prompt: string): string {
  return (
    prompt
      .replace(/\[[^\]]*\]/g, " ")
      .replace(/\s+/g, " ")
      .trim() || prompt.trim()
  );
}

/** Letters and digits of any script, joined by hyphens: safe on every file system. */
export function toFileName(prompt: string): string {
  const words =
    captionOf(prompt)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return `${words.join("-").slice(0, 48).replace(/-$/, "") || "firstframe"}.mp4`;
}

/** `0.5` is "$0.50"; what is cheaper than a cent keeps its digits. */
export function formatUsd(usd: number): string {
  const cents = Math.round(usd * 100) / 100;
  return `$${Math.abs(cents - usd) < 1e-9 ? usd.toFixed(2) : String(Math.round(usd * 1e6) / 1e6)}`;
}
