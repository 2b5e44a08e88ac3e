import type { Config } from "tailwindcss";

// Each name is a CSS variable of app/globals.css, which defines both themes.
const color = (name: string) => `var(--${name})`;

export default {
  content: ["./app/**/*.{ts,tsx}", "./components/**/*.{ts,tsx}"],
  theme: {
    extend: {
      colors: {
        room: color("room"),
        stage: color("stage"),
        surface: color("surface"),
        line: color("line"),
        "line-strong": color("line-strong"),
        ink: color("ink"),
        muted: color("muted"),
        accent: color("accent"),
        "accent-ink": color("accent-ink"),
        alarm: color("alarm"),
        "alarm-line": color("alarm-line"),
      },
      borderRadius: { stage: "14px", control: "10px" },
      fontFamily: {
        // The order matters: Arial replaces Geist until Geist has loaded, and Arial also contains the letters beyond
        // Latin.
        sans: ["Geist Beyond Latin", "var(--font-geist-latin)", "system-ui", "sans-serif"],
        mono: ["var(--font-geist-mono)", "ui-monospace", "monospace"],
      },
    },
  },
} satisfies Config;
