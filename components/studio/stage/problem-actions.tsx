"use client";

import { useMessages } from "@/components/messages";
import { useNow } from "@/components/studio/run/use-now";
import { useDraft, useSelected, useStudio } from "@/components/studio/studio-context";
import { Button, LinkButton } from "@/components/ui/button";
import { isPictureOf } from "@/lib/browser/studio/on-stage";
import type { Video } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { formatClock } from "@/lib/messages/format";
import { type Action, type ProblemCode, problems, RETRY_LATER_AFTER_MS } from "@/lib/problems";
import { useDropZone } from "./drop-zone";

type ProblemActionsProps = {
  code: ProblemCode;
  /** When it happened, in milliseconds. */
  at?: number;
  /** What the upstream has, though there is none here. */
  video?: Video;
};

/** The buttons and links that help with a problem, as `lib/problems.ts` names them. */
export function ProblemActions({ code, ...props }: ProblemActionsProps) {
  return problems[code].actions.map((action) => (
    <ProblemAction key={action} action={action} {...props} />
  ));
}

type ProblemActionProps = Omit<ProblemActionsProps, "code"> & { action: Action };

function ProblemAction({ action, at, video }: ProblemActionProps) {
  const { studio, ownKey, fields } = useStudio();
  const { choose } = useDropZone();
  const { action: words } = useMessages().generation;
  const retry = () => void studio.retry();
  switch (action) {
    case "retry":
      return <Button onClick={retry}>{words.retry}</Button>;
    case "retry-later":
      return <RetryLater at={at} onRetry={retry} />;
    case "send-again":
      return <Button onClick={retry}>{words.sendAgain}</Button>;
    case "choose-picture":
      return <Button onClick={choose}>{words.choosePicture}</Button>;
    case "crop-again":
      return <CropAgainButton />;
    case "choose-model":
      return <Button onClick={() => fields.model.current?.focus()}>{words.chooseModel}</Button>;
    case "edit-prompt":
      return <Button onClick={() => fields.prompt.current?.focus()}>{words.editPrompt}</Button>;
    case "sign-in":
      // Beside this page, which holds what is not sent yet.
      return (
        <LinkButton href="/login" target="_blank">
          {words.signIn}
        </LinkButton>
      );
    case "see-ledger":
      return <LinkButton href="/ledger">{words.seeLedger}</LinkButton>;
    case "own-key":
      if (ownKey === "none") return null;
      return (
        <LinkButton href="/key">
          {ownKey === "used" ? words.enterOtherKey : words.useOwnKey}
        </LinkButton>
      );
    case "open-video":
      return video && <LinkButton href={video.url}>{words.openVideo}</LinkButton>;
    case "reload":
      return <Button onClick={() => location.reload()}>{words.reload}</Button>;
  }
}

/** For the picture that this tab has cropped, and for the runs that were made from it. */
function CropAgainButton() {
  const { studio } = useStudio();
  const { picture } = useDraft().first;
  const generation = useSelected()?.generation;
  const { action: words } = useMessages().generation;
  if (!picture?.isCropped || (generation && !isPictureOf(generation, picture))) return null;
  return <Button onClick={() => void studio.cropAgain()}>{words.cropAgain}</Button>;
}

function RetryLater({ at, onRetry }: { at: number | undefined; onRetry: () => void }) {
  const { action } = useMessages().generation;
  const now = useNow(at !== undefined);
  // It may have happened on the way here: never more than the whole time.
  const left = at === undefined ? 0 : Math.min(at - now, 0) + RETRY_LATER_AFTER_MS;
  return (
    <Button onClick={onRetry} disabled={left > 0} className="tabular-nums">
      {left > 0 ? fill(action.retryIn, { clock: formatClock(left + 999) }) : action.retry}
    </Button>
  );
}
