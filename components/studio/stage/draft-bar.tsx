"use client";

import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import type { Draft, DraftPicture } from "@/lib/browser/draft/draft";
import { fill } from "@/lib/messages/fill";
import { formatBytes } from "@/lib/messages/format";
import { describeNote } from "@/lib/picture/note";
import { StatusBar } from "./status-bar";

type DraftBarProps = {
  draft: Draft;
  onChoose: () => void;
  /** Where it is a part of a picture that this tab has. */
  onCropAgain: (() => void) | undefined;
  onRemove: () => void;
};

/** The line under the stage while a picture waits to be sent. */
export function DraftBar({ draft, onChoose, onCropAgain, onRemove }: DraftBarProps) {
  const messages = useMessages();
  const { draft: words, stage } = messages.studio;
  const { picture, checking } = draft;
  const looking = checking && fill(words.lookingAt, { name: checking });
  if (!picture) return <StatusBar state={looking ?? words.noPicture} detail={words.anyPicture} />;

  const states: Record<DraftPicture["upload"]["status"], string> = {
    sending: stage.uploading,
    failed: words.notUploaded,
    done: words.ready,
  };
  const { name = messages.picture.ofThisVideo, bytes, preview, notes, upload } = picture;
  const attempt = upload.status === "sending" ? (upload.attempt ?? 1) : 1;
  const facts = [
    attempt > 1 && fill(words.again, { attempt }),
    `${name} · ${preview.width} × ${preview.height}`,
    bytes && formatBytes(bytes),
    ...notes.map((note) => describeNote(note, messages)),
  ];
  return (
    <StatusBar state={looking ?? states[upload.status]} detail={facts.filter(Boolean).join(" · ")}>
      <Button kind="quiet" onClick={onRemove}>
        {words.remove}
      </Button>
      {onCropAgain && (
        <Button kind="quiet" onClick={onCropAgain}>
          {messages.generation.action.cropAgain}
        </Button>
      )}
      <Button onClick={onChoose}>{words.replace}</Button>
    </StatusBar>
  );
}
