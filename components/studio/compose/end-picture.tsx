"use client";

import { useRef } from "react";
import { useMessages } from "@/components/messages";
import { useDropZone } from "@/components/studio/stage/drop-zone";
import { ProblemCard } from "@/components/studio/stage/problem-card";
import { useDraft, useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { Picture } from "@/components/ui/picture";
import { fill } from "@/lib/messages/fill";
import { PICTURE_TYPES } from "@/lib/models/limits";

/** For models that take a last picture beside the first. */
export function EndPictureField() {
  const { draft: store, fields } = useStudio();
  const { picture, checking, problem } = useDraft().last;
  const messages = useMessages();
  const { endPicture: words, draft, stage } = messages.studio;
  const isFilmOver = useDropZone().dragging === "film";
  const { take, remove, retryUpload } = store.last;
  const found = picture?.upload.status === "failed" ? picture.upload.problem : problem;
  // Without its script there is nothing to try again with.
  const canRetry = picture !== undefined && found?.code !== "page_incomplete";
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
    <div
      ref={fields.last}
      tabIndex={-1}
      data-last-picture
      className={`border-t border-line pt-5 ${isFilmOver ? "rounded-control outline-2 outline-offset-4 outline-accent outline-dashed" : ""}`}
    >
      <p className="font-semibold">{words.title}</p>
      {isFilmOver && <p className="mt-1 text-note">{words.letGo}</p>}
      <input
        ref={input}
        hidden
        type="file"
        accept={PICTURE_TYPES}
        aria-label={words.file}
        onChange={({ target }) => target.files?.[0] && void take(target.files[0])}
      />
      {picture && !found ? (
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-2">
          <span className="relative block h-14 w-21 shrink-0 overflow-hidden rounded-md bg-stage">
            <Picture
              url={picture.name && picture.preview.url}
              alt={words.picture}
              className="size-full object-contain"
            />
          </span>
          <p aria-live="polite" className="min-w-0 flex-1 basis-24 truncate text-note text-muted">
            {picture.upload.status === "sending"
              ? nameUpload(picture.upload.attempt)
              : (picture.name ?? words.ofThisVideo)}
          </p>
          <div className="flex gap-2">
            <Button kind="quiet" aria-label={words.remove} onClick={remove}>
              {draft.remove}
            </Button>
            <Button aria-label={words.replace} onClick={choose}>
              {draft.replace}
            </Button>
          </div>
        </div>
      ) : (
        <>
          <p className="mb-2.5 text-note text-muted">
            {checking ? fill(draft.lookingAt, { name: checking }) : words.hint}
          </p>
          {found && (
            <div className="mb-3">
              <ProblemCard problem={found}>
                {canRetry && (
                  <Button onClick={retryUpload}>{messages.generation.action.retry}</Button>
                )}
                <Button onClick={choose}>{messages.generation.action.choosePicture}</Button>
                <Button kind="quiet" onClick={remove}>
                  {words.without}
                </Button>
              </ProblemCard>
            </div>
          )}
          {!checking && !found && <Button onClick={choose}>{words.add}</Button>}
        </>
      )}
    </div>
  );
}
