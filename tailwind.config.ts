import type { Config } from "tailwindcss";
import plugin from "tailwindcss/plugin";
import { colorVariables, themeColors } from "./lib/theme";

export default {
  content: ["./app/**/*.{ts,tsx}", "./components/**/*.{ts,tsx}"],
  theme: {
    extend: {
      colors: Object.fromEntries(Object.keys(themeColors).map((name) => [name, `var(--${name})`])),
      borderRadius: { stage: "14px", control: "10px" },
      fontFamily: {
        // The order matters: Arial replaces Geist until Geist has loaded, and Arial also contains the letters beyond
        // Latin.
        sans: ["Geist Beyond Latin", "var(--font-geist-latin)", "system-ui", "sans-serif"],
        mono: ["var(--font-geist-mono)", "ui-monospace", "monospace"],
      },
    },
  },
  plugins: [plugin(({ addBase }) => addBase({ ":root": colorVariables() }))],
} satisfies Config;
