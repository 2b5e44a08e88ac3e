"use client";

import { type ReactNode, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { MOST_IN_A_ZIP } from "@/lib/api/zip";
import { isMade } from "@/lib/generation";
import { fillCount } from "@/lib/messages/fill";
import { captionOf } from "@/lib/messages/format";
import { TitleField } from "./own-title";
import type { Selection } from "./use-selection";

type SelectionBarProps = {
  selection: Selection;
  onCompare: (first: string, second: string) => void;
  onStar: (clicks: readonly string[], isStarred: boolean) => void;
  onRename: (click: string, title: string) => void;
  onTakeBack: (clicks: readonly string[]) => void;
  onRemove: (clicks: readonly string[]) => void;
};

const CLOSE = "✕";

/** What can be done with all that is selected. */
export function SelectionBar({
  selection,
  onCompare,
  onStar,
  onRename,
  onTakeBack,
  onRemove,
}: SelectionBarProps) {
  const messages = useLazyMessages();
  const words = messages.finder;
  const [renaming, setRenaming] = useState<string>();
  const { items } = selection;
  if (items.length === 0) return null;
  const clicks = items.map(({ generation }) => generation.click);
  const made = items.map(({ generation }) => generation).filter(isMade);
  const kept = made.filter(({ status }) => status === "done");
  const shared = made.filter(({ share }) => share);
  const [first, second] = made;
  const isAllStarred = made.length > 0 && made.every(({ isStarred }) => isStarred);
  const [only] = items.length === 1 ? items : [];
  const generation = only?.generation;
  if (generation && renaming === generation.click)
    return (
      <div className="fixed inset-x-3 bottom-3 z-30 mx-auto max-w-130 rounded-stage border border-line bg-surface p-3 shadow-lg">
        <TitleField
          title={generation.title ?? ""}
          placeholder={captionOf(generation.input.prompt) || messages.library.untitled}
          onSave={(title) => onRename(generation.click, title)}
          onClose={() => setRenaming(undefined)}
        />
      </div>
    );
  return (
    <div
      role="toolbar"
      aria-label={words.selection}
      className="fixed inset-x-3 bottom-3 z-30 max-lg:bottom-22 mx-auto flex w-fit max-w-[calc(100%-1.5rem)] items-center gap-1.5 overflow-x-auto rounded-stage whitespace-nowrap bg-ink px-3 py-2 text-room shadow-lg"
    >
      <p aria-live="polite" className="px-1.5 font-semibold">
        {fillCount(words.selected, items.length, messages.locale)}
      </p>
      {made.length === 2 && first && second && (
        <Tool onClick={() => onCompare(first.click, second.click)}>{words.sideBySide}</Tool>
      )}
      {kept.length > 0 && kept.length <= MOST_IN_A_ZIP && (
        <a
          href={`/api/generations/zip?ids=${kept.map(({ id }) => id).join(",")}`}
          download
          className={TOOL}
        >
          {words.download}
        </a>
      )}
      {made.length > 0 && (
        <Tool
          onClick={() =>
            onStar(
              made.map(({ click }) => click),
              !isAllStarred,
            )
          }
        >
          {isAllStarred ? words.unstarAll : words.starAll}
        </Tool>
      )}
      {generation && isMade(generation) && (
        <Tool onClick={() => setRenaming(generation.click)}>{messages.share.title.rename}</Tool>
      )}
      {shared.length > 0 && (
        <Tool onClick={() => onTakeBack(shared.map(({ click }) => click))}>{words.takeBack}</Tool>
      )}
      <Tool onClick={() => onRemove(clicks)}>{words.remove}</Tool>
      <button
        type="button"
        aria-label={words.clear}
        onClick={selection.clear}
        className="size-11 rounded-control hover:bg-room/15"
      >
        {CLOSE}
      </button>
    </div>
  );
}

const TOOL =
  "inline-flex min-h-11 items-center rounded-control border border-room/25 px-3.5 text-sm font-medium hover:border-room/60";

function Tool({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" onClick={onClick} className={TOOL}>
      {children}
    </button>
  );
}
