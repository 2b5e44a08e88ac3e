"use client";

import { memo, type PointerEvent, Suspense, useRef } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { lazyPart } from "@/components/ui/lazy-part";
import { Picture } from "@/components/ui/picture";
import { nameState } from "@/lib/browser/generation/describe";
import { readProgress } from "@/lib/browser/generation/progress";
import type { Watched } from "@/lib/browser/library/library";
import { type Generation, isMade, isWaiting } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { captionOf, formatClock } from "@/lib/messages/format";

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

const LONG_PRESS_MS = 450;
/** Panoramas and slim pictures keep their shape up to here, so that a row stays a row. */
const [SLIMMEST, WIDEST] = [0.45, 2.6];

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
  const ratio = ratioOf(generation);
  const caption =
    generation.title ?? (captionOf(generation.input.prompt) || messages.library.untitled);
  const press = useLongPress(() => actions.onChoose(click, false));
  return (
    <li
      style={{
        flexGrow: ratio,
        flexBasis: `calc(${ratio} * var(--row))`,
        containIntrinsicSize: "auto var(--row)",
      }}
      className="group/film relative [content-visibility:auto]"
    >
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
        style={{ aspectRatio: ratio }}
        className={`relative block w-full touch-manipulation overflow-hidden rounded-control bg-stage outline-2 -outline-offset-2 outline-transparent transition-[outline-color] duration-150 select-none aria-pressed:outline-accent ${isChosen ? "outline-accent" : ""}`}
      >
        <Picture
          url={generation.thumbnail ?? generation.input.image_url}
          alt=""
          loading="lazy"
          draggable={false}
          className={`size-full object-contain transition duration-250 ${isReady ? "" : "brightness-75"}`}
        />
        {isPlaying && isReady && <Preview generation={generation} />}
        <State generation={generation} />
        {isWaiting(generation) && <Progress fraction={readProgress(log)} />}
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
      <Mark
        label={fill(messages.finder.select, { title: caption })}
        isOn={isChosen}
        symbol="✓"
        className="top-1.5 left-1.5"
        onChange={(isRange) => actions.onChoose(click, isRange)}
      />
      {isReady && (
        <Mark
          label={fill(messages.finder.star, { title: caption })}
          isOn={generation.isStarred ?? false}
          symbol="★"
          className="top-1.5 right-1.5"
          onChange={() => actions.onStar(click, !generation.isStarred)}
        />
      )}
    </li>
  );
});

/** What a film carries while it is dragged: the click of its generation. */
export const FILM_TYPE = "application/x-firstframe-film";

function ratioOf({ picture }: Generation): number {
  const ratio = picture && picture.height > 0 ? picture.width / picture.height : 1.6;
  return Math.min(WIDEST, Math.max(SLIMMEST, ratio));
}

/** Mounted while it plays, so that no other film keeps a decoder. */
function Preview({ generation }: { generation: Generation }) {
  if (!isMade(generation)) return null;
  return (
    <video
      src={generation.video.url}
      muted
      autoPlay
      loop
      playsInline
      aria-hidden="true"
      tabIndex={-1}
      className="absolute inset-0 size-full object-contain"
    />
  );
}

function State({ generation }: { generation: Generation }) {
  const messages = useLazyMessages();
  const seconds = isMade(generation) ? generation.video.durationSeconds : undefined;
  const text = isMade(generation)
    ? seconds !== undefined && formatClock(seconds * 1_000)
    : nameState(generation, messages);
  if (!text) return null;
  return (
    <span
      aria-hidden={isMade(generation) || undefined}
      className="absolute right-1.5 bottom-1.5 max-w-[calc(100%-12px)] truncate rounded-md bg-black/80 px-1.5 py-0.5 font-mono text-[11px] text-white"
    >
      {text}
    </span>
  );
}

type MarkProps = {
  label: string;
  isOn: boolean;
  symbol: string;
  className: string;
  onChange: (isRange: boolean) => void;
};

/** A checkbox on a picture. It shows under the pointer and with the focus, and always while it is on. */
function Mark({ label, isOn, symbol, className, onChange }: MarkProps) {
  const isRange = useRef(false);
  return (
    <span
      className={`absolute size-6 ${className} ${isOn ? "" : "opacity-0 group-focus-within/film:opacity-100 group-hover/film:opacity-100 pointer-coarse:hidden"}`}
    >
      <input
        type="checkbox"
        aria-label={label}
        checked={isOn}
        onClick={(event) => {
          isRange.current = event.shiftKey;
        }}
        onChange={() => onChange(isRange.current)}
        className="peer size-6 cursor-pointer appearance-none rounded-md border border-white/80 bg-black/55 checked:border-transparent checked:bg-accent before:absolute before:-inset-2"
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute inset-0 grid place-items-center text-[13px] text-white/70 peer-checked:text-accent-ink"
      >
        {symbol}
      </span>
    </span>
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

/** A finger that rests chooses. The click that follows then is not a click of its own. */
function useLongPress(onPress: () => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hasPressed = useRef(false);
  const stop = () => clearTimeout(timer.current);
  return {
    consume() {
      const was = hasPressed.current;
      hasPressed.current = false;
      return was;
    },
    handlers: {
      onPointerDown({ pointerType }: PointerEvent) {
        hasPressed.current = false;
        if (pointerType === "mouse") return;
        timer.current = setTimeout(() => {
          hasPressed.current = true;
          onPress();
        }, LONG_PRESS_MS);
      },
      onPointerUp: stop,
      onPointerCancel: stop,
      onContextMenu: (event: { preventDefault(): void }) =>
        hasPressed.current && event.preventDefault(),
    },
  };
}
