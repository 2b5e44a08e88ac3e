"use client";

import { lazy, Suspense, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { Watched } from "@/lib/browser/generations";
import { describeKeeping, describeWait, nameState } from "@/lib/describe";
import { captionOf } from "@/lib/format";
import { isWaiting } from "@/lib/generation";
import type { Offer } from "@/lib/models/offer";
import { problems } from "@/lib/problems";
import type { UpstreamKind } from "@/lib/upstream-kind";
import { DeleteButton } from "./delete-button";
import { DownloadButton } from "./download-button";
import { RunLog } from "./run-log";
import { StatusBar } from "./status-bar";
import { useNow } from "./use-now";

// Opened by few who come: not part of the page's first script.
const SharePanel = lazy(() =>
  import("@/components/share/share-panel").then(({ SharePanel }) => ({ default: SharePanel })),
);

type GenerationBarProps = {
  watched: Watched;
  model: Offer | undefined;
  upstream: UpstreamKind;
  onStop: () => void;
  /** Throws when it could not be deleted. */
  onDelete: () => Promise<void>;
  onReuse: () => void;
  onNewPicture: () => void;
  /** To the picture that is being composed, when it is another. */
  onBack?: () => void;
};

/** The line under the stage for a generation: its state, what to expect, what can be done. */
export function GenerationBar({
  watched,
  model,
  upstream,
  onStop,
  onDelete,
  onReuse,
  onNewPicture,
  onBack,
}: GenerationBarProps) {
  const { generation, log, trouble, isCancelling } = watched;
  const [isLogOpen, setIsLogOpen] = useState(false);
  const [isShareOpen, setIsShareOpen] = useState(false);
  const shareButton = useRef<HTMLButtonElement>(null);
  const now = useNow(isWaiting(generation));

  const handleShareClose = () => {
    setIsShareOpen(false);
    shareButton.current?.focus();
  };

  return (
    <>
      <StatusBar
        state={isCancelling ? "Cancelling" : nameState(generation)}
        detail={
          isWaiting(generation)
            ? trouble
              ? `${problems[trouble.code].title}. The run goes on, and this page keeps asking.`
              : describeWait(generation, model, upstream, now)
            : [describeKeeping(generation), captionOf(generation.input.prompt)]
                .filter(Boolean)
                .join(" · ")
        }
      >
        {log.length > 0 && (
          <Button kind="quiet" aria-expanded={isLogOpen} onClick={() => setIsLogOpen(!isLogOpen)}>
            Log
          </Button>
        )}
        {onBack && (
          <Button kind="quiet" onClick={onBack}>
            Back to draft
          </Button>
        )}
        {isWaiting(generation) ? (
          <Button onClick={onStop} disabled={generation.status === "submitting" || isCancelling}>
            Cancel
          </Button>
        ) : (
          <>
            <DeleteButton onDelete={onDelete} />
            <Button kind="quiet" onClick={onReuse}>
              Reuse
            </Button>
            <Button onClick={onNewPicture}>New picture</Button>
          </>
        )}
        <DownloadButton generation={generation} />
        {generation.status === "done" && (
          <Button
            ref={shareButton}
            kind="primary"
            aria-expanded={isShareOpen}
            onClick={() => setIsShareOpen(!isShareOpen)}
          >
            Share
          </Button>
        )}
      </StatusBar>
      {isShareOpen && (
        <Suspense>
          <SharePanel generation={generation} onClose={handleShareClose} />
        </Suspense>
      )}
      {isLogOpen && <RunLog log={log} since={generation.createdAt} />}
    </>
  );
}
