import { type PointerEvent, useRef } from "react";

type GripOptions = {
  isWide: boolean;
  /** Where the frame begins along the picture, and how much of it the frame holds, as parts of 1. */
  start: number;
  share: number;
  onStart: (start: number) => void;
};

/** Moves a frame along its picture by pointer. */
export function useGrip({ isWide, start, share, onStart }: GripOptions) {
  const grip = useRef(0);

  const along = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>) => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return isWide ? (clientX - left) / width : (clientY - top) / height;
  };

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      event.currentTarget.setPointerCapture(event.pointerId);
      const at = along(event);
      const isInside = at >= start && at <= start + share;
      // A press beside the frame brings its middle there.
      grip.current = isInside ? at - start : share / 2;
      onStart(at - grip.current);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (event.currentTarget.hasPointerCapture(event.pointerId))
        onStart(along(event) - grip.current);
    },
  };
}
