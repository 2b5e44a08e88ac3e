"use client";

import { type MouseEvent, Suspense, useId, useState } from "react";
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
import { StopButton } from "./stop-button";
import { usePanels } from "./use-panels";
import { useRunWords } from "./use-run-words";

// Opened by few who come: not part of the page's first script.
const SharePanel = lazyPart(() =>
  import("@/components/share/share-panel").then(({ SharePanel }) => SharePanel),
);

const RunLog = lazyPart(() => import("./run-log").then(({ RunLog }) => RunLog));

const MorePanel = lazyPart(() => import("./more-panel").then(({ MorePanel }) => MorePanel));

/** The line under the stage for a generation: its state, what to expect, what can be done. */
export function GenerationBar({ watched }: { watched: Watched }) {
  const { studio } = useStudio();
  const { bar } = useLazyMessages().generation;
  const runWords = useRunWords(watched);
  const { open, propsOf, close } = usePanels<"log" | "share" | "more">();
  const moreId = useId();
  const [copy, setCopy] = useState<PendingCopy>();
  const { generation, log } = watched;
  const hasVideo = isMade(generation);

  const shareProps = propsOf("share");
  const handleShare = (event: MouseEvent<HTMLButtonElement>) => {
    if (open !== "share") setCopy(startCopy());
    shareProps.onClick(event);
  };

  const logButton = log.length > 0 && (
    <Button kind={hasVideo ? "plain" : "quiet"} {...propsOf("log")}>
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
            aria-controls={open === "more" ? moreId : undefined}
            {...propsOf("more")}
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
              {...shareProps}
              onClick={handleShare}
              className="max-lg:order-first"
            >
              {bar.share}
            </Button>
          </>
        )}
      </StatusBar>
      <Suspense>
        {hasVideo && open === "more" && (
          <MorePanel id={moreId} generation={generation} onClose={close}>
            {logButton}
          </MorePanel>
        )}
        {open === "share" && <SharePanel generation={generation} copy={copy} onClose={close} />}
        {open === "log" && <RunLog log={log} onClose={close} />}
      </Suspense>
    </>
  );
}
