"use client";

import { type Ref, useRef } from "react";
import { useMessages } from "@/components/messages";
import { ProblemCard } from "@/components/studio/stage/problem-card";
import type { EndPicture } from "@/components/studio/use-end-picture";
import { Button } from "@/components/ui/button";
import { Picture } from "@/components/ui/picture";
import { fill } from "@/lib/messages/fill";
import { PICTURE_TYPES } from "@/lib/models/limits";

type EndPictureFieldProps = {
  ref: Ref<HTMLDivElement>;
  endPicture: EndPicture | undefined;
  onTake: (file: File) => void;
  onRemove: () => void;
};

/** For models that take a last picture beside the first. */
export function EndPictureField({ ref, endPicture, onTake, onRemove }: EndPictureFieldProps) {
  const messages = useMessages();
  const { endPicture: words, draft, stage } = messages.studio;
  const input = useRef<HTMLInputElement>(null);
  const nameUpload = (attempt = 1) =>
    attempt > 1 ? fill(draft.again, { attempt }) : stage.uploading;
  const choose = () => {
    if (!input.current) return;
    // The same file twice is two wishes.
    input.current.value = "";
    input.current.click();
  };

  return (
    <div ref={ref} tabIndex={-1} className="border-t border-line pt-5">
      <p className="font-semibold">{words.title}</p>
      <input
        ref={input}
        hidden
        type="file"
        accept={PICTURE_TYPES}
        aria-label={words.file}
        onChange={({ target }) => target.files?.[0] && onTake(target.files[0])}
      />
      {endPicture?.status === "taken" ? (
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
          <span className="relative block h-14 w-21 shrink-0 overflow-hidden rounded-md bg-stage">
            <Picture
              url={endPicture.previewUrl}
              alt={words.picture}
              className="size-full object-cover"
            />
          </span>
          <p aria-live="polite" className="min-w-0 flex-1 basis-24 truncate text-[13px] text-muted">
            {endPicture.upload.status === "sending"
              ? nameUpload(endPicture.upload.attempt)
              : (endPicture.name ?? words.ofThisVideo)}
          </p>
          <div className="flex gap-2">
            <Button kind="quiet" aria-label={words.remove} onClick={onRemove}>
              {draft.remove}
            </Button>
            <Button aria-label={words.replace} onClick={choose}>
              {draft.replace}
            </Button>
          </div>
        </div>
      ) : (
        <>
          <p className="mb-2.5 text-[13px] text-muted">
            {endPicture?.status === "checking"
              ? fill(draft.lookingAt, { name: endPicture.name })
              : words.hint}
          </p>
          {endPicture?.status === "refused" && (
            <div className="mb-3">
              <ProblemCard problem={endPicture.problem}>
                {endPicture.unsent && (
                  <Button onClick={() => endPicture.unsent && onTake(endPicture.unsent)}>
                    {messages.generation.action.retry}
                  </Button>
                )}
                <Button onClick={choose}>{messages.generation.action.choosePicture}</Button>
                <Button kind="quiet" onClick={onRemove}>
                  {words.without}
                </Button>
              </ProblemCard>
            </div>
          )}
          {!endPicture && <Button onClick={choose}>{words.add}</Button>}
        </>
      )}
    </div>
  );
}
