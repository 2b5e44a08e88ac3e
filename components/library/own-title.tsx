"use client";

import { useId, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Generation } from "@/lib/generation";
import { captionOf } from "@/lib/messages/format";

type OwnTitleProps = {
  /** Of the element that has the title. */
  id?: string;
  generation: Generation;
  /** What the title leads to. */
  href?: string;
};

/** The title of a video, or the beginning of its prompt, with a button that renames it in place. */
export function OwnTitle({ id, generation, href }: OwnTitleProps) {
  const messages = useLazyMessages();
  const words = messages.share.title;
  const [isEditing, setIsEditing] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const ownId = useId();
  const titleId = id ?? ownId;
  const shown =
    generation.title ?? (captionOf(generation.input.prompt) || messages.library.untitled);

  const handleSave = (title: string) => {
    setHasFailed(false);
    if (title.trim() !== (generation.title ?? ""))
      lazyLibrary.changeWords(generation.click, { title }).catch(() => setHasFailed(true));
  };
  const handleClose = () => {
    setIsEditing(false);
    // Only once the button is there again.
    requestAnimationFrame(() => button.current?.focus());
  };

  if (isEditing)
    return (
      <TitleField
        title={generation.title ?? ""}
        placeholder={shown}
        onSave={handleSave}
        onClose={handleClose}
      />
    );
  return (
    <div className="min-w-0">
      <div className="flex min-w-0 items-center gap-1.5">
        <p id={titleId} dir="auto" className="truncate font-semibold" title={shown}>
          {href ? (
            <a href={href} className="underline-offset-4 hover:underline">
              {shown}
            </a>
          ) : (
            shown
          )}
        </p>
        <Button
          ref={button}
          kind="quiet"
          className="shrink-0"
          aria-describedby={titleId}
          onClick={() => setIsEditing(true)}
        >
          {words.rename}
        </Button>
      </div>
      {hasFailed && (
        <p role="alert" className="text-note">
          {words.failed}
        </p>
      )}
    </div>
  );
}

const LONGEST = 200;

type TitleFieldProps = {
  title: string;
  placeholder: string;
  onSave: (title: string) => void;
  onClose: () => void;
};

/** Enter and leaving the field save, Escape does not. An empty title brings the prompt back. */
export function TitleField({ title, placeholder, onSave, onClose }: TitleFieldProps) {
  const words = useLazyMessages().share.title;
  const id = useId();
  const [text, setText] = useState(title);
  const isOver = useRef(false);
  const end = (isSaved: boolean) => {
    // Closing takes the focus away, which would save what Escape has dropped.
    if (isOver.current) return;
    isOver.current = true;
    if (isSaved) onSave(text);
    onClose();
  };
  return (
    <form
      className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1"
      onSubmit={(event) => {
        event.preventDefault();
        end(true);
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) end(true);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The panel or the selection around it stays.
        event.preventDefault();
        event.stopPropagation();
        end(false);
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the press on "Rename" asked for this field.
        autoFocus
        dir="auto"
        value={text}
        maxLength={LONGEST}
        aria-label={words.name}
        aria-describedby={id}
        placeholder={placeholder}
        enterKeyHint="done"
        onFocus={({ target }) => target.select()}
        onChange={({ target }) => setText(target.value)}
        className="min-h-11 min-w-0 flex-1 basis-48 rounded-control border border-line-strong bg-room px-3 text-ink"
      />
      <Button type="submit">{words.save}</Button>
      <p id={id} className="basis-full text-note">
        {words.hint}
      </p>
    </form>
  );
}
