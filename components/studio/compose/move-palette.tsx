"use client";

import { type RefObject, useEffect, useEffectEvent, useId, useLayoutEffect, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import {
  type CameraMove,
  cameraMoves,
  movesAt,
  toggleMove,
} from "@/lib/browser/prompt/camera-moves";
import { describeEdit, describeMoves } from "@/lib/browser/prompt/describe-moves";
import { MovePreview } from "./move-preview";
import { useRoving } from "./use-roving";

const COLUMNS = 5;

type MovePaletteProps = {
  prompt: string;
  textarea: RefObject<HTMLTextAreaElement | null>;
  onPrompt: (prompt: string) => void;
};

/** The fifteen moves as small moving pictures. Those of the bracket at the cursor are pressed. */
export function MovePalette({ prompt, textarea, onPrompt }: MovePaletteProps) {
  const messages = useLazyMessages();
  const { moves: words } = messages;
  const [cursor, setCursor] = useCursor(textarea);
  const [pointed, setPointed] = useState<number>();
  const [news, setNews] = useState<string>();
  const { active, itemProps, handleKeyDown, focusActive } = useRoving(cameraMoves.length, COLUMNS);
  const meaningId = useId();
  const meant = cameraMoves[pointed ?? active];
  const pressed = movesAt(prompt, cursor);

  const focusFirst = useEffectEvent(focusActive);
  useEffect(() => focusFirst(), []);

  const handlePress = (move: CameraMove) => {
    const edit = toggleMove(prompt, cursor, move);
    onPrompt(edit.prompt);
    setCursor(edit.cursor);
    setNews(describeEdit(edit.outcome, move, messages));
  };

  return (
    <div className="pt-3">
      <div
        role="toolbar"
        aria-label={messages.studio.prompts.moves}
        className="-mx-1 grid grid-cols-5 gap-y-1"
        onKeyDown={handleKeyDown}
        onMouseLeave={() => setPointed(undefined)}
      >
        {cameraMoves.map((name, index) => (
          <button
            key={name}
            type="button"
            aria-pressed={pressed.includes(name)}
            aria-describedby={index === active ? meaningId : undefined}
            {...itemProps(index)}
            onClick={() => handlePress(name)}
            onMouseEnter={() => setPointed(index)}
            className="group flex min-h-11 flex-col rounded-control p-1 text-left -outline-offset-2"
          >
            <span className="block w-full rounded-md outline-2 outline-offset-1 outline-transparent transition-[outline-color] duration-150 group-hover:outline-line-strong group-aria-pressed:outline-accent">
              <MovePreview move={name} />
            </span>
            <span className="mt-1.5 text-xs leading-tight text-muted group-hover:text-ink group-aria-pressed:font-semibold group-aria-pressed:text-ink">
              {words.name[name]}
            </span>
          </button>
        ))}
      </div>
      <p id={meaningId} className="mt-2.5 text-note">
        {meant && words.meaning[meant]}
      </p>
      <p aria-live="polite" className="min-h-10 text-note text-muted">
        {news ?? describeMoves(pressed, messages)}
      </p>
    </div>
  );
}

/** Where the writer left the prompt, and where a press has brought the cursor. */
function useCursor(textarea: RefObject<HTMLTextAreaElement | null>) {
  const [cursor, setCursor] = useState(() => textarea.current?.selectionEnd ?? 0);

  useEffect(() => {
    const handleSelection = () => {
      const field = textarea.current;
      if (field && document.activeElement === field) setCursor(field.selectionEnd);
    };
    document.addEventListener("selectionchange", handleSelection);
    return () => document.removeEventListener("selectionchange", handleSelection);
  }, [textarea]);

  // A new value takes the cursor of an unfocused field to its end.
  useLayoutEffect(() => {
    const field = textarea.current;
    if (field && document.activeElement !== field) field.setSelectionRange(cursor, cursor);
  }, [textarea, cursor]);

  return [cursor, setCursor] as const;
}
