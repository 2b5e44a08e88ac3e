"use client";

import { type RefObject, Suspense, useId, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { StatusBar } from "@/components/studio/stage/status-bar";
import { Button } from "@/components/ui/button";
import { lazyPart } from "@/components/ui/lazy-part";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { describeKeeping, describeWait, nameState } from "@/lib/browser/generation/describe";
import type { Watched } from "@/lib/browser/library/library";
import { type PendingCopy, startCopy } from "@/lib/browser/page/copy";
import { isMade, isWaiting } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { captionOf } from "@/lib/messages/format";
import type { Offer } from "@/lib/models/offer";
import { DeleteButton } from "./delete-button";
import { DownloadButton } from "./download-button";
import { RunLog } from "./run-log";
import { useNow } from "./use-now";

// Opened by few who come: not part of the page's first script.
const SharePanel = lazyPart(() =>
  import("@/components/share/share-panel").then(({ SharePanel }) => SharePanel),
);

const MorePanel = lazyPart(() => import("./more-panel").then(({ MorePanel }) => MorePanel));

type GenerationBarProps = {
  watched: Watched;
  model: Offer | undefined;
  upstream: UpstreamKind;
  player: RefObject<HTMLVideoElement | null>;
  onStop: () => void;
  /** Throws when it could not be deleted. */
  onDelete: () => Promise<void>;
  /** With the frame that the player shows as the next picture. */
  onContinue: () => void;
  /** Once more at once, from the same input. */
  onVariation: () => void;
  onReuse: () => void;
  onNewPicture: () => void;
  /** Absent while there is no other video. */
  onSideBySide: (() => void) | undefined;
  /** To the picture that is being composed, when it is another. */
  onBack?: () => void;
};

/** The line under the stage for a generation: its state, what to expect, what can be done. */
export function GenerationBar({
  watched,
  model,
  upstream,
  player,
  onStop,
  onDelete,
  onContinue,
  onVariation,
  onReuse,
  onNewPicture,
  onSideBySide,
  onBack,
}: GenerationBarProps) {
  const messages = useLazyMessages();
  const { asksAgain, bar, goesOn, state } = messages.generation;
  const { generation, log, trouble, isCancelling } = watched;
  const [isLogOpen, setIsLogOpen] = useState(false);
  const [isShareOpen, setIsShareOpen] = useState(false);
  const [isMoreOpen, setIsMoreOpen] = useState(false);
  const [copy, setCopy] = useState<PendingCopy>();
  const shareButton = useRef<HTMLButtonElement>(null);
  const moreButton = useRef<HTMLButtonElement>(null);
  const moreId = useId();
  const { status } = generation;
  // It may be with the server, which does not answer.
  const isUnknown = status === "submitting" && trouble !== undefined;
  const hasVideo = isMade(generation);
  const now = useNow(isWaiting(generation));

  const handleShare = () => {
    if (!isShareOpen) setCopy(startCopy());
    setIsShareOpen(!isShareOpen);
  };

  const handleShareClose = () => {
    setIsShareOpen(false);
    shareButton.current?.focus();
  };

  const handleMoreClose = () => {
    setIsMoreOpen(false);
    moreButton.current?.focus();
  };

  const logButton = log.length > 0 && (
    <Button
      kind={hasVideo ? "plain" : "quiet"}
      aria-expanded={isLogOpen}
      onClick={() => setIsLogOpen(!isLogOpen)}
    >
      {bar.log}
    </Button>
  );

  return (
    <>
      <StatusBar
        state={
          isCancelling
            ? state.cancelling
            : isUnknown
              ? state.unknown
              : nameState(generation, messages)
        }
        detail={
          isWaiting(generation)
            ? trouble
              ? fill(isUnknown ? asksAgain : goesOn, messages.problems[trouble.code])
              : describeWait(generation, { model, upstream, now }, messages)
            : [describeKeeping(generation, messages), captionOf(generation.input.prompt)]
                .filter(Boolean)
                .join(" · ")
        }
      >
        {!hasVideo && logButton}
        {onBack && (
          <Button kind="quiet" onClick={onBack}>
            {bar.back}
          </Button>
        )}
        {isUnknown ? (
          <Button onClick={() => void onDelete()}>{bar.stopAsking}</Button>
        ) : isWaiting(generation) ? (
          <Button onClick={onStop} disabled={status === "submitting" || isCancelling}>
            {bar.cancel}
          </Button>
        ) : (
          <>
            <DeleteButton onDelete={onDelete} />
            {hasVideo ? (
              <Button
                ref={moreButton}
                kind="quiet"
                aria-expanded={isMoreOpen}
                aria-controls={isMoreOpen ? moreId : undefined}
                onClick={() => setIsMoreOpen(!isMoreOpen)}
              >
                {bar.more}
                <span aria-hidden className="ml-1.5">
                  ▾
                </span>
              </Button>
            ) : (
              <>
                <Button kind="quiet" onClick={onReuse}>
                  {bar.reuse}
                </Button>
                <Button onClick={onNewPicture}>{bar.newPicture}</Button>
              </>
            )}
          </>
        )}
        <DownloadButton generation={generation} />
        {status === "done" && (
          <>
            <Button onClick={onContinue}>{bar.continue}</Button>
            <Button
              ref={shareButton}
              kind="primary"
              aria-expanded={isShareOpen}
              onClick={handleShare}
            >
              {bar.share}
            </Button>
          </>
        )}
      </StatusBar>
      {hasVideo && isMoreOpen && (
        <Suspense>
          <MorePanel
            id={moreId}
            {...{ player, model, upstream, onVariation, onReuse, onNewPicture, onSideBySide }}
            input={generation.input}
            onClose={handleMoreClose}
          >
            {logButton}
          </MorePanel>
        </Suspense>
      )}
      {isShareOpen && (
        <Suspense>
          <SharePanel generation={generation} copy={copy} onClose={handleShareClose} />
        </Suspense>
      )}
      {isLogOpen && <RunLog log={log} />}
    </>
  );
}
