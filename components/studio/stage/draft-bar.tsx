"use client";

import { Suspense } from "react";
import { useMessages } from "@/components/messages";
import { BackgroundChoice } from "@/components/studio/lazy-parts";
import { useDraft, useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import type { DraftPicture } from "@/lib/browser/draft/slot-state";
import { fill } from "@/lib/messages/fill";
import { formatBytes } from "@/lib/messages/format";
import { describeNote } from "@/lib/picture/note";
import { useDropZone } from "./drop-zone";
import { StatusBar } from "./status-bar";

/** The line under the stage while a picture waits to be sent. */
export function DraftBar() {
  const { draft, studio } = useStudio();
  const { choose } = useDropZone();
  const messages = useMessages();
  const { draft: words, stage } = messages.studio;
  const { picture, checking } = useDraft().first;
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
    upload.status === "sending" && `${Math.floor(100 * upload.fraction)}%`,
    attempt > 1 && fill(words.again, { attempt }),
    `${name} · ${preview.width} × ${preview.height}`,
    bytes && formatBytes(bytes),
    ...notes.map((note) => describeNote(note, messages)),
  ];
  return (
    <StatusBar state={looking ?? states[upload.status]} detail={facts.filter(Boolean).join(" · ")}>
      {picture.isSeeThrough && (
        <Suspense>
          <BackgroundChoice />
        </Suspense>
      )}
      <Button kind="quiet" onClick={draft.first.remove}>
        {words.remove}
      </Button>
      {picture.isCropped && (
        <Button kind="quiet" onClick={() => void studio.cropAgain()}>
          {messages.generation.action.cropAgain}
        </Button>
      )}
      <Button onClick={choose}>{words.replace}</Button>
    </StatusBar>
  );
}
