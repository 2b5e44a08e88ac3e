"use client";

import { useEffect, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { GatewayWords } from "@/components/ui/gateway-words";
import { Panel } from "@/components/ui/panel";
import { type PendingCopy, startCopy } from "@/lib/browser/page/copy";
import type { Generation, Share } from "@/lib/generation";
import { CopyRow } from "./copy-row";
import { listFacts } from "./link-facts";
import { QrCode } from "./qr-code";
import { ShareOptions } from "./share-options";
import { useShare } from "./use-share";

type SharePanelProps = {
  generation: Generation;
  /** Started by the click that opened the panel. It waits for the link. */
  copy: PendingCopy | undefined;
  onClose: () => void;
};

/** The public link to a video. Opening the panel creates it; the panel copies, changes and revokes it. */
export function SharePanel({ generation, copy: firstCopy, onClose }: SharePanelProps) {
  const { share: words } = useLazyMessages();
  const { share, state, gateway, change, revoke } = useShare(generation);
  const [copy, setCopy] = useState(firstCopy);

  useEffect(() => {
    if (share) copy?.provide(share.url);
  }, [copy, share]);

  const handleMakeNew = () => {
    setCopy(startCopy());
    void change({});
  };

  return (
    <Panel title={words.heading} hint={words.hint} onClose={onClose}>
      {state === "failed" && (
        <div role="alert" className="text-note">
          <p>{words.failed}</p>
          {gateway && <GatewayWords problem={gateway} />}
        </div>
      )}
      {share ? (
        <>
          <CopyRow
            label={words.link}
            value={share.url}
            button={words.copyLink}
            canSend
            isCopied={copy?.isCopied}
          />
          <ShareOptions share={share} onChange={change} />
          <QrCode url={share.url} />
          <CopyRow
            label={words.embedCode}
            value={embedCode(share.url, generation, words.embedTitle)}
            button={words.copyCode}
          />
          <Footer share={share} onRevoke={revoke} />
        </>
      ) : (
        state !== "failed" && <p className="text-muted">{words[lineOf[state]]}</p>
      )}
      {!share && (state === "revoked" || state === "failed") && (
        <Button className="self-start" onClick={handleMakeNew}>
          {words.makeNew}
        </Button>
      )}
    </Panel>
  );
}

const lineOf = { idle: "making", revoking: "takingBack", revoked: "takenBack" } as const;

function Footer({ share, onRevoke }: { share: Share; onRevoke: () => Promise<void> }) {
  const messages = useLazyMessages();
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3">
      <p className="text-note text-muted tabular-nums">{listFacts(share, messages).join(" · ")}</p>
      <Button onClick={() => void onRevoke()}>{messages.share.takeBack}</Button>
    </div>
  );
}

function embedCode(url: string, generation: Generation, title: string): string {
  const { width = 1280, height = 720 } = "video" in generation ? (generation.video ?? {}) : {};
  return `<iframe src="${url}/embed" width="${width}" height="${height}" style="border:0;max-width:100%;aspect-ratio:${width}/${height};height:auto" title="${title}" allow="autoplay; fullscreen" loading="lazy"></iframe>`;
}
