"use client";

import { Suspense } from "react";
import { useMessages } from "@/components/messages";
import { lazyPart } from "@/components/ui/lazy-part";
import { Picture } from "@/components/ui/picture";
import { nameState } from "@/lib/browser/generation/describe";
import { readProgress } from "@/lib/browser/generation/progress";
import type { Watched } from "@/lib/browser/library/library";
import { isMade, isWaiting } from "@/lib/generation";
import { captionOf } from "@/lib/messages/format";

const Outcome = lazyPart(() => import("./outcome").then(({ Outcome }) => Outcome));

type FilmProps = { watched: Watched; isSelected: boolean; onSelect: (click: string) => void };

/** One generation in the strip: its first frame, its state unless it has a video, and its caption. */
export function Film({ watched, isSelected, onSelect }: FilmProps) {
  const messages = useMessages();
  const { generation, log } = watched;
  const isReady = isMade(generation);
  return (
    // Browsers skip what is out of sight, however long the strip is. They also clip it, so the padding leaves room for
    // the outline.
    <li className="w-45 shrink-0 snap-start p-1.5 [contain-intrinsic-size:11.25rem_9.25rem] [content-visibility:auto]">
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={() => onSelect(generation.click)}
        className="group block w-full text-left"
      >
        <span className="relative block aspect-[8/5] overflow-hidden rounded-control bg-stage outline-2 outline-offset-2 outline-transparent transition-[outline-color] duration-150 group-aria-pressed:outline-accent">
          <Picture
            url={generation.thumbnail ?? generation.input.image_url}
            alt=""
            loading="lazy"
            className={`size-full object-cover transition duration-250 group-hover:brightness-110 ${isReady ? "" : "brightness-75"}`}
          />
          {!isReady && (
            <span className="absolute inset-x-1.5 bottom-1.5 ml-auto w-fit max-w-[calc(100%-12px)] truncate rounded-md bg-black/80 px-1.5 py-0.5 font-mono text-[11px] text-white">
              {nameState(generation, messages)}
            </span>
          )}
          {isWaiting(generation) && <Progress fraction={readProgress(log)} />}
        </span>
        <span className="mt-1.5 block truncate text-[13px] text-muted group-hover:text-ink">
          {captionOf(generation.input.prompt) || messages.library.untitled}
        </span>
        {isReady && <span className="sr-only">{nameState(generation, messages)}</span>}
        {"problem" in generation && (
          <Suspense>
            <Outcome generation={generation} />
          </Suspense>
        )}
      </button>
    </li>
  );
}

function Progress({ fraction }: { fraction: number | undefined }) {
  if (fraction === undefined) return null;
  return (
    <span
      className="absolute bottom-0 left-0 h-[3px] bg-accent transition-[width] duration-250"
      style={{ width: `${fraction * 100}%` }}
    />
  );
}
