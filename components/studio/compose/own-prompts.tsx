"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import type { Library } from "@/lib/browser/library/library";
import { ownPrompts } from "@/lib/browser/prompt/history";
import { useRoving } from "./use-roving";

type OwnPromptsProps = {
  prompt: string;
  library: Library;
  onChoose: (prompt: string) => void;
  onLoadMore: () => void;
};

/** What was written before, to begin from. What stands in the field is not lost by a choice. */
export function OwnPrompts({ prompt, library, onChoose, onLoadMore }: OwnPromptsProps) {
  const { prompts: words } = useMessages().studio;
  const [unsent] = useState(prompt.trim());
  const known = ownPrompts(library.watched.map(({ generation }) => generation));
  const prompts = unsent && !known.includes(unsent) ? [unsent, ...known] : known;
  const { itemProps, handleKeyDown, focusActive } = useRoving(prompts.length, 1);

  const focusFirst = useEffectEvent(focusActive);
  useEffect(() => focusFirst(), []);

  return (
    <div className="pt-3">
      <ul
        aria-label={words.own}
        className="max-h-66 divide-y divide-line overflow-y-auto border-y border-line"
        onKeyDown={handleKeyDown}
      >
        {prompts.map((text, index) => (
          <li key={text}>
            <button
              type="button"
              aria-current={text === prompt.trim()}
              {...itemProps(index)}
              onClick={() => onChoose(text)}
              className="block min-h-11 w-full py-2.5 text-left text-note text-muted -outline-offset-2 hover:text-ink aria-[current=true]:text-ink"
            >
              <span className="line-clamp-2 [overflow-wrap:anywhere]">{text}</span>
              {text === unsent && !known.includes(text) && (
                <span className="mt-0.5 block text-xs">{words.unsent}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {library.more !== "none" && (
        <Button kind="quiet" onClick={onLoadMore} disabled={library.more === "loading"}>
          {library.more === "loading" ? words.loading : words.older}
        </Button>
      )}
    </div>
  );
}
