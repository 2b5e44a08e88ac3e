"use client";

import { Suspense, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { OwnTitle } from "@/components/library/own-title";
import { StatusBar } from "@/components/studio/stage/status-bar";
import { useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { lazyPart } from "@/components/ui/lazy-part";
import type { Watched } from "@/lib/browser/library/library";
import { type PendingCopy, startCopy } from "@/lib/browser/page/copy";
import { isMade, isWaiting } from "@/lib/generation";
import { NewPictureButton, ReuseButton } from "./again-buttons";
import { BackButton } from "./back-button";
import { DeleteButton } from "./delete-button";
import { DownloadButton } from "./download-button";
import { RunLog } from "./run-log";
import { StopButton } from "./stop-button";
import { usePanel } from "./use-panel";
import { useRunWords } from "./use-run-words";

// Opened by few who come: not part of the page's first script.
const SharePanel = lazyPart(() =>
  import("@/components/share/share-panel").then(({ SharePanel }) => SharePanel),
);

const MorePanel = lazyPart(() => import("./more-panel").then(({ MorePanel }) => MorePanel));

/** The line under the stage for a generation: its state, what to expect, what can be done. */
export function GenerationBar({ watched }: { watched: Watched }) {
  const { studio } = useStudio();
  const { bar } = useLazyMessages().generation;
  const runWords = useRunWords(watched);
  const [logPanel, sharePanel, morePanel] = [usePanel(), usePanel(), usePanel()];
  const [copy, setCopy] = useState<PendingCopy>();
  const { generation, log } = watched;
  const hasVideo = isMade(generation);

  const handleShare = () => {
    if (!sharePanel.isOpen) setCopy(startCopy());
    sharePanel.buttonProps.onClick();
  };

  const logButton = log.length > 0 && (
    <Button kind={hasVideo ? "plain" : "quiet"} {...logPanel.buttonProps}>
      {bar.log}
    </Button>
  );

  return (
    <>
      {hasVideo && <OwnTitle generation={generation} />}
      <StatusBar {...runWords}>
        {!hasVideo && logButton}
        <BackButton generation={generation} />
        {isWaiting(generation) ? (
          <StopButton watched={watched} />
        ) : (
          <DeleteButton onDelete={() => studio.remove(generation)} />
        )}
        {hasVideo && (
          <Button
            kind="quiet"
            aria-controls={morePanel.isOpen ? morePanel.id : undefined}
            {...morePanel.buttonProps}
          >
            {bar.more}
            <span aria-hidden className="ml-1.5">
              ▾
            </span>
          </Button>
        )}
        {!hasVideo && !isWaiting(generation) && (
          <>
            <ReuseButton kind="quiet" generation={generation} />
            <NewPictureButton />
          </>
        )}
        <DownloadButton generation={generation} />
        {generation.status === "done" && (
          <>
            <Button onClick={() => void studio.continueFrom(generation)}>{bar.continue}</Button>
            <Button
              kind="primary"
              {...sharePanel.buttonProps}
              onClick={handleShare}
              className="max-lg:order-first"
            >
              {bar.share}
            </Button>
          </>
        )}
      </StatusBar>
      {hasVideo && morePanel.isOpen && (
        <Suspense>
          <MorePanel id={morePanel.id} generation={generation} onClose={morePanel.close}>
            {logButton}
          </MorePanel>
        </Suspense>
      )}
      {sharePanel.isOpen && (
        <Suspense>
          <SharePanel generation={generation} copy={copy} onClose={sharePanel.close} />
        </Suspense>
      )}
      {logPanel.isOpen && <RunLog log={log} />}
    </>
  );
}
