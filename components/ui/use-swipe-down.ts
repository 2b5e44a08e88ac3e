import { type RefObject, type TouchEvent, useRef } from "react";

/** It is closed when it was pulled this far, or this fast. */
const FAR_PX = 96;
const FAST_PX_PER_MS = 0.5;

/** Lets a finger pull a sheet down. Content that is scrolled is scrolled back first. */
export function useSwipeDown(sheet: RefObject<HTMLElement | null>, onClose: () => void) {
  const start = useRef<{ y: number; at: number }>(undefined);
  const pull = useRef(0);

  const moveTo = (y: number) => {
    pull.current = y;
    if (sheet.current) sheet.current.style.transform = y > 0 ? `translateY(${y}px)` : "";
  };
  const handleEnd = ({ timeStamp }: TouchEvent) => {
    const speed = start.current ? pull.current / (timeStamp - start.current.at) : 0;
    start.current = undefined;
    if (pull.current > FAR_PX || (pull.current > FAR_PX / 4 && speed > FAST_PX_PER_MS)) onClose();
    else moveTo(0);
  };
  return {
    onTouchStart({ touches, timeStamp, target }: TouchEvent) {
      const touch = touches.item(0);
      const isField = target instanceof Element && target.matches("input, select, textarea");
      const isSheet = sheet.current?.matches(":modal") && sheet.current.scrollTop <= 0;
      start.current =
        touch && touches.length === 1 && isSheet && !isField
          ? { y: touch.clientY, at: timeStamp }
          : undefined;
    },
    onTouchMove({ touches }: TouchEvent) {
      const touch = touches.item(0);
      if (start.current && touch) moveTo(Math.max(0, touch.clientY - start.current.y));
    },
    onTouchEnd: handleEnd,
    onTouchCancel: handleEnd,
  };
}
