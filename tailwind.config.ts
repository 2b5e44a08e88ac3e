import type { Config } from "tailwindcss";
import plugin from "tailwindcss/plugin";
import { colorVariables, themeColors } from "./lib/theme";

export default {
  content: ["./app/**/*.{ts,tsx}", "./components/**/*.{ts,tsx}"],
  theme: {
    extend: {
      colors: Object.fromEntries(Object.keys(themeColors).map((name) => [name, `var(--${name})`])),
      // In rem, so that they grow with the text size that the visitor's browser is set to.
      fontSize: { tiny: "0.6875rem", note: "0.8125rem", field: "0.9375rem", title: "1.0625rem" },
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
