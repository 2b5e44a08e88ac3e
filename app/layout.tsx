import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { MessagesProvider } from "@/components/messages";
import { messagesFor } from "@/lib/server/locale";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const { studio } = messagesFor(await headers());
  return { title: "Firstframe", description: studio.description };
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafaf8" },
    { media: "(prefers-color-scheme: dark)", color: "#0c0b0a" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { served: _, ...messages } = messagesFor(await headers());
  return (
    <html lang={messages.locale} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="font-sans">
        <MessagesProvider messages={messages}>{children}</MessagesProvider>
      </body>
    </html>
  );
}
