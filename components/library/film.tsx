"use client";

import { memo, Suspense } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { lazyPart } from "@/components/ui/lazy-part";
import { Picture } from "@/components/ui/picture";
import { nameState } from "@/lib/browser/generation/describe";
import { readProgress } from "@/lib/browser/generation/progress";
import { FILM_TYPE } from "@/lib/browser/library/film-drag";
import type { Watched } from "@/lib/browser/library/library";
import { isMade, isWaiting } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { captionOf } from "@/lib/messages/format";
import { FilmMark } from "./film-mark";
import { FilmPreview, FilmProgress, FilmState } from "./film-overlay";
import { useLongPress } from "./use-long-press";

const Outcome = lazyPart(() => import("./outcome").then(({ Outcome }) => Outcome));

export type FilmActions = {
  /** Opens it on the stage. */
  onOpen: (click: string) => void;
  /** `isRange`: with everything up to the one that was chosen before. */
  onChoose: (click: string, isRange: boolean) => void;
  onStar: (click: string, isStarred: boolean) => void;
  onPreview: (click: string | undefined) => void;
  /** Names the element that takes the focus. */
  onButton: (click: string, button: HTMLButtonElement | null) => void;
};

type FilmProps = {
  watched: Watched;
  /** The first of its day. */
  day?: string;
  isOpen: boolean;
  isChosen: boolean;
  isPlaying: boolean;
  actions: FilmActions;
};

/** One generation of the library: its first frame in its own shape, which plays under the pointer. */
export const Film = memo(function Film({
  watched,
  day,
  isOpen,
  isChosen,
  isPlaying,
  actions,
}: FilmProps) {
  const messages = useLazyMessages();
  const { generation, log } = watched;
  const { click } = generation;
  const isReady = isMade(generation);
  const caption =
    generation.title ?? (captionOf(generation.input.prompt) || messages.library.untitled);
  const press = useLongPress(() => actions.onChoose(click, false));
  return (
    <>
      {day && <h3 className="sr-only">{day}</h3>}
      <button
        type="button"
        ref={(button) => actions.onButton(click, button)}
        aria-pressed={isOpen}
        title={caption}
        {...press.handlers}
        onClick={(event) => {
          if (press.consume()) return;
          if (event.shiftKey || event.ctrlKey || event.metaKey)
            actions.onChoose(click, event.shiftKey);
          else actions.onOpen(click);
        }}
        onPointerEnter={({ pointerType }) => pointerType === "mouse" && actions.onPreview(click)}
        onPointerLeave={({ pointerType }) =>
          pointerType === "mouse" && actions.onPreview(undefined)
        }
        draggable={isReady}
        onDragStart={(event) => event.dataTransfer.setData(FILM_TYPE, click)}
        className={`relative block size-full touch-manipulation overflow-hidden rounded-control bg-stage outline-2 -outline-offset-2 outline-transparent transition-[outline-color] duration-150 select-none aria-pressed:outline-accent ${isChosen ? "outline-accent" : ""}`}
      >
        <Picture
          url={generation.thumbnail ?? generation.input.image_url}
          alt=""
          loading="lazy"
          draggable={false}
          className={`size-full object-contain transition duration-250 ${isReady ? "" : "brightness-75"}`}
        />
        {isPlaying && isReady && <FilmPreview generation={generation} />}
        <FilmState generation={generation} />
        {isWaiting(generation) && <FilmProgress fraction={readProgress(log)} />}
        <span className="sr-only">
          {caption}
          {isReady && `, ${nameState(generation, messages)}`}
          {"problem" in generation && (
            <Suspense>
              <Outcome generation={generation} />
            </Suspense>
          )}
        </span>
      </button>
      <FilmMark
        label={fill(messages.finder.select, { title: caption })}
        isOn={isChosen}
        symbol="✓"
        className="top-1.5 left-1.5"
        onChange={(isRange) => actions.onChoose(click, isRange)}
      />
      {isReady && (
        <FilmMark
          label={fill(messages.finder.star, { title: caption })}
          isOn={generation.isStarred ?? false}
          symbol="★"
          className="top-1.5 right-1.5"
          onChange={() => actions.onStar(click, !generation.isStarred)}
        />
      )}
    </>
  );
});
