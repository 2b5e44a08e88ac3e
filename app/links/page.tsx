import type { Metadata } from "next";
import { headers } from "next/headers";
import { Header } from "@/components/header";
import { Links } from "@/components/links/links";
import { getEnv } from "@/lib/server/env";
import { messagesFor } from "@/lib/server/http/locale";
import { getServices } from "@/lib/server/services";
import { readOwnKeyUse } from "@/lib/server/sessions/own-key";
import { ownKeyKind, upstreamKind } from "@/lib/server/upstream/kind";

export async function generateMetadata(): Promise<Metadata> {
  const { header } = messagesFor(await headers()).served.studio;
  return { title: `${header.links} · Firstframe` };
}

export default async function LinksPage() {
  const { header } = messagesFor(await headers()).served.studio;
  const ownKey = await readOwnKeyUse();
  const { now } = await getServices();
  return (
    <>
      <Header
        messages={header}
        place="links"
        upstream={ownKey === "used" ? ownKeyKind() : upstreamKind()}
        isProtected={getEnv().ACCESS_PASSWORD !== undefined}
        ownKey={ownKey}
      />
      <main className="mx-auto max-w-[1000px] px-3.5 pt-6 pb-24 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight">{header.links}</h1>
        <Links now={now()} />
      </main>
    </>
  );
}
