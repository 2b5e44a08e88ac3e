"use client";

import { useId } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { OwnTitle } from "@/components/library/own-title";
import { CopyButton } from "@/components/share/copy-button";
import { listTerms, listViews, nameReports } from "@/components/share/link-facts";
import { Button, LinkButton } from "@/components/ui/button";
import { Picture } from "@/components/ui/picture";
import type { Generation, Share } from "@/lib/generation";

type LinkRowProps = { generation: Generation; share: Share; onTakeBack: () => void };

/** One link: what it shows, who has watched it, until when, and what can be done with it. */
export function LinkRow({ generation, share, onTakeBack }: LinkRowProps) {
  const messages = useLazyMessages();
  const words = messages.share.links;
  const titleId = useId();
  const reports = nameReports(share, messages);
  const terms = [
    ...listTerms(share, messages),
    ...(share.hidePrompt ? [words.hidesPrompt] : []),
  ].join(" · ");
  return (
    <li className="-mx-1.5 grid grid-cols-[96px_minmax(0,1fr)] gap-x-4 gap-y-2 px-1.5 py-3.5 [content-visibility:auto] [contain-intrinsic-size:auto_132px] sm:grid-cols-[128px_minmax(0,1fr)_auto]">
      <div className="relative aspect-3/2 overflow-hidden self-start rounded-control bg-stage">
        <Picture
          url={generation.thumbnail}
          alt=""
          loading="lazy"
          className="size-full object-contain"
        />
      </div>
      <div className="-mt-2.5 min-w-0">
        <OwnTitle id={titleId} generation={generation} href={share.url} />
        <p className="text-note text-muted tabular-nums">
          {listViews(share, messages).join(" · ")}
        </p>
        <p className="text-note text-muted">{terms}</p>
        {reports && <p className="text-note font-semibold">{reports}</p>}
      </div>
      <div className="flex flex-wrap items-start gap-2 max-sm:col-span-2">
        <CopyButton value={share.url} describedBy={titleId} />
        <LinkButton kind="quiet" href={`/?video=${generation.id}`} aria-describedby={titleId}>
          {words.toVideo}
        </LinkButton>
        <Button aria-describedby={titleId} onClick={onTakeBack}>
          {words.takeBack}
        </Button>
      </div>
    </li>
  );
}
