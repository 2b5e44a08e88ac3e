"use client";

import { useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { GatewayWords } from "@/components/ui/gateway-words";
import { toGatewayProblem } from "@/lib/browser/http/ask";
import { loadScript } from "@/lib/browser/page/load-script";
import type { Link } from "@/lib/generation";
import { captionOf } from "@/lib/messages/format";
import type { Problem } from "@/lib/problems";
import { listFacts, listTerms } from "./link-facts";

type Links =
  | { state: "unread" | "loading" }
  | { state: "failed"; gateway: Problem | undefined }
  | { state: "ready"; items: readonly Link[] };

/** Lists all public links: how often each was watched, when it ends, and a button that revokes it. */
export function LinkList() {
  const { links: words } = useLazyMessages().share;
  const [links, setLinks] = useState<Links>({ state: "unread" });

  const load = async () => {
    setLinks((before) => (before.state === "ready" ? before : { state: "loading" }));
    try {
      const { readLinks } = await loadScript(() => import("@/lib/browser/api/shares"));
      setLinks({ state: "ready", items: await readLinks() });
    } catch (error) {
      setLinks({ state: "failed", gateway: toGatewayProblem(error) });
    }
  };
  const revoke = async (id: string) => {
    try {
      const { revokeShare } = await loadScript(() => import("@/lib/browser/api/shares"));
      await revokeShare(id);
      await load();
    } catch (error) {
      setLinks({ state: "failed", gateway: toGatewayProblem(error) });
    }
  };

  return (
    <details
      className="mt-5 border-t border-line pt-3"
      onToggle={(event) => event.currentTarget.open && void load()}
    >
      <summary className="flex min-h-11 list-none items-center font-semibold [&::-webkit-details-marker]:hidden">
        {words.heading}
        <span aria-hidden="true" className="ml-2 text-muted">
          ▾
        </span>
      </summary>
      {links.state === "loading" && <p className="text-muted">{words.loading}</p>}
      {links.state === "failed" && (
        <div role="alert" className="flex flex-wrap items-center gap-3">
          <p className="text-muted">{words.failed}</p>
          <Button onClick={() => void load()}>{words.tryAgain}</Button>
          {links.gateway && <GatewayWords problem={links.gateway} />}
        </div>
      )}
      {links.state === "ready" && links.items.length === 0 && (
        <p className="text-muted">{words.none}</p>
      )}
      {links.state === "ready" && links.items.length > 0 && (
        <ul aria-label={words.heading} className="divide-y divide-line">
          {links.items.map((link) => (
            <Row
              key={link.share.slug}
              link={link}
              onRevoke={() => void revoke(link.generationId)}
            />
          ))}
        </ul>
      )}
    </details>
  );
}

function Row({ link: { prompt, share }, onRevoke }: { link: Link; onRevoke: () => void }) {
  const messages = useLazyMessages();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 py-2">
      <div className="min-w-0 flex-1 basis-64">
        <a href={share.url} className="block truncate underline-offset-4 hover:underline">
          {captionOf(prompt) || messages.library.untitled}
        </a>
        <p className="text-[13px] text-muted tabular-nums">
          {[...listFacts(share, messages), ...listTerms(share, messages)].join(" · ")}
        </p>
      </div>
      <Button onClick={onRevoke}>{messages.share.links.takeBack}</Button>
    </li>
  );
}
