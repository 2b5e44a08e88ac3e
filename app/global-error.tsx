"use client";

import { Button } from "@/components/ui/button";
import { broken as english } from "@/lib/messages/en/broken";
import { broken as chinese } from "@/lib/messages/zh/broken";
import "./fonts.css";
import "./globals.css";

/** Replaces the whole page when drawing it has failed, so it has its own texts and uses nothing of the page. */
export default function GlobalError() {
  const isChinese = typeof navigator !== "undefined" && navigator.language.startsWith("zh");
  const words = isChinese ? chinese : english;
  return (
    <html lang={isChinese ? "zh-Hans" : "en"}>
      <head>
        <title>{words.title}</title>
      </head>
      <body className="font-sans">
        <main className="grid min-h-dvh place-content-center justify-items-center gap-3 px-6 text-center">
          <h1 className="text-3xl font-semibold tracking-tight">{words.title}</h1>
          <p className="text-muted">{words.message}</p>
          <Button onClick={() => location.reload()}>{words.reload}</Button>
        </main>
      </body>
    </html>
  );
}
