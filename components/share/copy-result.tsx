"use client";

import { useLazyMessages } from "@/components/lazy-messages";
import { filled } from "@/components/ui/filled";
import { nameModifierKey } from "@/lib/browser/page/modifier-key";
import { fill } from "@/lib/messages/fill";

export type CopyState =
  | "idle"
  /** The button copies it; the browser did not let the page do it by itself. */
  | "ready"
  | "copied"
  /** Only the visitor can copy it. */
  | "selected";

type CopyResultProps = { state: CopyState; button: string };

/** Says whether a text was copied, and what to do if it was not. */
export function CopyResult({ state, button }: CopyResultProps) {
  const { share: words } = useLazyMessages();
  return (
    <p role="status" className="mt-1 text-[13px] text-muted empty:hidden">
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
