"use client";

import { type KeyboardEvent, useEffect, useRef } from "react";
import { useMessages } from "@/components/messages";
import type { Size } from "@/lib/generation";
import { fill } from "@/lib/messages/fill";
import { placeAfter } from "./place-after";
import { useGrip } from "./use-grip";

type CropFrameProps = {
  size: Size;
  part: Size;
  /** From 0, at the left or at the top, to 1. */
  place: number;
  onMove: (place: number) => void;
  onUse: () => void;
  onCancel: () => void;
};

/** A frame of a fixed shape over the picture, moved along its long side by pointer or by keys. */
export function CropFrame({ size, part, place, onMove, onUse, onCancel }: CropFrameProps) {
  const { crop: words } = useMessages().studio;
  const slider = useRef<HTMLDivElement>(null);
  const isWide = part.width < size.width;
  const share = isWide ? part.width / size.width : part.height / size.height;
  const ratio = size.width / size.height;

  // What had the focus was the way to choose a file: it is gone now.
  useEffect(() => slider.current?.focus({ preventScroll: true }), []);

  const moveTo = (next: number) => onMove(Math.min(1, Math.max(0, next)));
  const start = place * (1 - share);
  const grip = useGrip({ isWide, start, share, onStart: (next) => moveTo(next / (1 - share)) });

  const handleKey = (event: KeyboardEvent) => {
    const next = placeAfter(event.key, place);
    if (next !== undefined) moveTo(next);
    else if (event.key === "Enter") onUse();
    else if (event.key === "Escape") onCancel();
    else return;
    event.preventDefault();
  };

  const [edge, length] = [`${100 * start}%`, `${100 * share}%`];
  const area = isWide
    ? { left: edge, width: length, top: 0, bottom: 0 }
    : { top: edge, height: length, left: 0, right: 0 };

  return (
    <div className="absolute inset-0 grid place-items-center">
      <div
        role="presentation"
        {...grip}
        className={`relative cursor-grab active:cursor-grabbing before:absolute before:top-1/2 before:left-1/2 before:size-full before:min-h-11 before:min-w-11 before:-translate-1/2 ${isWide ? "touch-pan-y" : "touch-pan-x"}`}
        style={{ aspectRatio: ratio, width: `min(100cqw, 100cqh * ${ratio})` }}
      >
        <div className="absolute inset-0 overflow-hidden">
          <div
            className="absolute shadow-[0_0_0_100vmax_color-mix(in_srgb,var(--stage)_72%,transparent)]"
            style={area}
          />
        </div>
        <div
          ref={slider}
          role="slider"
          tabIndex={0}
          aria-label={words.frame}
          aria-orientation={isWide ? "horizontal" : "vertical"}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(100 * place)}
          aria-valuetext={fill(isWide ? words.fromLeft : words.fromTop, {
            percent: Math.round(100 * place),
          })}
          onKeyDown={handleKey}
          className="absolute border border-white/85 focus-visible:border-transparent focus-visible:outline-offset-[-1px]"
          style={area}
        >
          <Grip className={isWide ? "top-1/2 left-0" : "top-0 left-1/2 rotate-90"} />
          <Grip className={isWide ? "top-1/2 left-full" : "top-full left-1/2 rotate-90"} />
        </div>
      </div>
    </div>
  );
}

/** On the two edges that the frame moves towards. */
function Grip({ className }: { className: string }) {
  return (
    <span
      className={`absolute h-[min(28px,50%)] w-[5px] min-h-3 -translate-1/2 rounded-full bg-accent ring-1 ring-white/85 ${className}`}
    />
  );
}
