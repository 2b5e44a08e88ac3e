"use client";

import { type PointerEvent, useRef } from "react";

const LONG_PRESS_MS = 450;

/** A finger that rests chooses. The click that follows then is not a click of its own. */
export function useLongPress(onPress: () => void) {
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
