"use client";

import { useLazyMessages } from "@/components/lazy-messages";
import { Picture } from "@/components/ui/picture";
import type { MadeGeneration } from "@/lib/generation";
import { captionOf } from "@/lib/messages/format";

type ChooserProps = {
  runs: readonly MadeGeneration[];
  chosen: string;
  onChoose: (click: string) => void;
};

/** Selects the second of the two videos. */
export function Chooser({ runs, chosen, onChoose }: ChooserProps) {
  const { sideBySide, library } = useLazyMessages();
  return (
    <ul aria-label={sideBySide.choose} className="-m-1.5 flex shrink-0 overflow-x-auto">
      {runs.map(({ click, thumbnail, input }) => {
        const caption = captionOf(input.prompt) || library.untitled;
        return (
          <li key={click} className="w-27 shrink-0 p-1.5">
            <button
              type="button"
              aria-pressed={click === chosen}
              title={caption}
              onClick={() => onChoose(click)}
              className="group block w-full text-left"
            >
              <span className="relative block aspect-[8/5] overflow-hidden rounded-md bg-stage outline-2 outline-offset-2 outline-transparent group-hover:outline-line-strong group-aria-pressed:outline-accent">
                <Picture
                  url={thumbnail ?? input.image_url}
                  alt=""
                  loading="lazy"
                  className="size-full object-cover"
                />
              </span>
              <span className="mt-1.5 block truncate text-xs text-muted group-hover:text-ink">
                {caption}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
