/** The colours of every page, by theme. Tailwind's configuration and the pages that the server draws read them here. */
export const themeColors = {
  room: { light: "#fafaf8", dark: "#0c0b0a" },
  stage: { light: "#f1f0ec", dark: "#060605" },
  surface: { light: "#ffffff", dark: "#141311" },
  line: { light: "#e4e2dc", dark: "#262421" },
  "line-strong": { light: "#8d8a82", dark: "#6f6b64" },
  ink: { light: "#171512", dark: "#f4f2ee" },
  muted: { light: "#67635c", dark: "#a29d95" },
  accent: { light: "#cf4410", dark: "#ff7a45" },
  "accent-ink": { light: "#ffffff", dark: "#1a0d06" },
  alarm: { light: "#fff6f1", dark: "#221a16" },
  "alarm-line": { light: "#e0a184", dark: "#7a4630" },
} as const;

/** Returns the colours as CSS variables: `--room` and so on. */
export function colorVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(themeColors).map(([name, { light, dark }]) => [
      `--${name}`,
      `light-dark(${light}, ${dark})`,
    ]),
  );
}
