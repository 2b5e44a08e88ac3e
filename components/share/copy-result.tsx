"use client";

import { useLazyMessages } from "@/components/lazy-messages";
import { filled } from "@/components/ui/filled";
import { nameModifierKey } from "@/lib/browser/page/modifier-key";
import { fill } from "@/lib/messages/fill";

export type CopyState =
  | "idle"
  /** The browser did not let the page copy by itself, so the visitor has to press the button. */
  | "ready"
  | "copied"
  /** Copying failed, and the text is selected for the visitor to copy. */
  | "selected";

type CopyResultProps = { state: CopyState; button: string };

/** Says whether a text was copied, and what to do if it was not. */
export function CopyResult({ state, button }: CopyResultProps) {
  const { share: words } = useLazyMessages();
  return (
    <p role="status" className="mt-1 text-note text-muted empty:hidden">
      {state === "copied" && words.copied}
      {state === "ready" && fill(words.copyByButton, { button })}
      {state === "selected" && (
        <>
          <span className="pointer-coarse:hidden">
            {filled(words.copyByKeys, { keys: <Keys /> })}
          </span>
          <span className="hidden pointer-coarse:inline">{words.copyByTouch}</span>
        </>
      )}
    </p>
  );
}

function Keys() {
  return (
    <kbd className="rounded-sm border border-line-strong px-1.5 font-mono text-ink">
      {`${nameModifierKey()} C`}
    </kbd>
  );
}
