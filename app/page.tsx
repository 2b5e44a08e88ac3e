import { headers } from "next/headers";
import { Header } from "@/components/header";
import { Keys } from "@/components/keys/keys";
import { LibraryAside } from "@/components/library-aside";
import { Studio } from "@/components/studio/studio";
import { getEnv } from "@/lib/server/env";
import { messagesFor } from "@/lib/server/http/locale";
import { isLibraryNew } from "@/lib/server/library/is-new";
import { getServices } from "@/lib/server/services";
import { findLibraryAside } from "@/lib/server/sessions/aside";
import { readOwnKeyUse } from "@/lib/server/sessions/own-key";
import { findPageOwner } from "@/lib/server/sessions/owner";
import { makeOffers } from "@/lib/server/spend/offers";
import { ownKeyKind, upstreamKind } from "@/lib/server/upstream/kind";

export default async function StudioPage() {
  // The environment of the running server chooses the upstream, not the environment of the build.
  const { studio } = messagesFor(await headers()).served;
  const aside = await findLibraryAside();
  const services = await getServices();
  const ownKey = await readOwnKeyUse();
  const upstream = ownKey === "used" ? ownKeyKind() : upstreamKind();
  const offers = await makeOffers(services);
  const isNew = await isLibraryNew(services.db, await findPageOwner());
  return (
    <>
      <Header
        messages={studio.header}
        place="studio"
        upstream={upstream}
        isProtected={getEnv().ACCESS_PASSWORD !== undefined}
        ownKey={ownKey}
      />
      <main className="mx-auto max-w-[2560px] px-3.5 pb-28 lg:pb-6 sm:px-6">
        <h1 className="sr-only">{studio.heading}</h1>
        {aside !== "none" && <LibraryAside state={aside} messages={studio.libraryAside} />}
        <Studio
          offers={offers}
          upstream={upstream}
          ownKey={ownKey}
          isNew={isNew}
          now={services.now()}
        >
          <Keys />
        </Studio>
      </main>
    </>
  );
}
