import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { MessagesProvider } from "@/components/messages";
import { pageMessagesOf } from "@/lib/messages";
import { messagesFor } from "@/lib/server/http/locale";
import { themeColors } from "@/lib/theme";
import "./fonts.css";
import "./globals.css";

// Preloaded: only the letters that the page itself uses. fonts.css has the others.
const geistLatin = localFont({
  src: "../node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2",
  variable: "--font-geist-latin",
  weight: "100 900",
  declarations: [
    {
      prop: "unicode-range",
      value:
        "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    },
  ],
});

// For keys, addresses and logs. An empty studio shows none of them, so the font is loaded only when it is used.
const geistMono = localFont({
  src: "../node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2",
  variable: "--font-geist-mono",
  weight: "100 900",
  adjustFontFallback: false,
  preload: false,
});

export async function generateMetadata(): Promise<Metadata> {
  const { served } = messagesFor(await headers());
  return { title: "Firstframe", description: served.studio.description };
}

export const viewport: Viewport = {
  // What sticks to the lower edge then stands above the keyboard of a phone.
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: themeColors.room.light },
    { media: "(prefers-color-scheme: dark)", color: themeColors.room.dark },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const messages = pageMessagesOf(messagesFor(await headers()));
  return (
    <html lang={messages.locale} className={`${geistLatin.variable} ${geistMono.variable}`}>
      <body className="font-sans">
        <MessagesProvider messages={messages}>{children}</MessagesProvider>
      </body>
    </html>
  );
}
