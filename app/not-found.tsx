import { headers } from "next/headers";
import { messagesFor } from "@/lib/server/http/locale";

export default async function NotFound() {
  // Rendered for each visit, because its scripts carry a nonce of that visit.
  const { notices } = messagesFor(await headers()).served;
  return (
    <main className="grid min-h-dvh place-content-center gap-3 px-6 text-center">
      <h1 className="text-3xl font-semibold tracking-tight">{notices.nothingHere}</h1>
      <p className="text-muted">{notices.nothingHereHint}</p>
      {/* A plain link: the size of the studio's script is measured against this page. */}
      <p>
        <a className="underline underline-offset-4" href="/">
          {notices.toStudio}
        </a>
      </p>
    </main>
  );
}
