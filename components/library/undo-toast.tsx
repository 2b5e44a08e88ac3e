"use client";

import { useEffect } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Removed } from "@/lib/browser/library/library";
import { fillCount } from "@/lib/messages/fill";

/** Says what was removed and offers to bring it back, by a press or by Ctrl Z. */
export function UndoToast({ removed }: { removed: Removed | undefined }) {
  const messages = useLazyMessages();
  const words = messages.finder.removed;

  useEffect(() => {
    if (!removed) return;
    const handleKey = (event: KeyboardEvent) => {
      const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
      if (!isUndo || event.shiftKey || isTyped(event.target)) return;
      event.preventDefault();
      void lazyLibrary.undo();
    };
    addEventListener("keydown", handleKey);
    return () => removeEventListener("keydown", handleKey);
  }, [removed]);

  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-40 max-lg:bottom-22 flex justify-center"
    >
      {removed && (
        <div className="pointer-events-auto flex items-center gap-4 rounded-stage bg-ink py-1.5 pr-1.5 pl-4 text-room shadow-lg">
          <p>
            {removed.isUndoFailed
              ? words.failed
              : fillCount(words[removed.kind], removed.clicks.length, messages.locale)}
          </p>
          {!removed.isUndoFailed && (
            <button
              type="button"
              onClick={() => void lazyLibrary.undo()}
              className="min-h-11 rounded-control px-3.5 font-semibold underline underline-offset-4"
            >
              {words.undo}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

// There, the same keys take back what was typed.
function isTyped(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== "checkbox")
  );
}
