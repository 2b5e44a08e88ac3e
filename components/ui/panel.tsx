"use client";

import {
  type MouseEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
} from "react";
import { createPortal } from "react-dom";
import { useLazyMessages } from "@/components/lazy-messages";
import { closeOnBack } from "@/lib/browser/page/back";
import { Button } from "./button";
import styles from "./panel.module.css";
import { useSwipeDown } from "./use-swipe-down";

type PanelProps = {
  id?: string;
  title: string;
  hint?: string;
  onClose: () => void;
  children: ReactNode;
};

/** As in panel.module.css. */
const WIDE = "(width >= 64rem)";

/**
 * What opens for the video on the stage. On a wide screen it stands beside the stage, on a narrow one it is a sheet from
 * below, which a swipe, Escape, a tap beside it and the back gesture close.
 */
export function Panel({ id, title, hint, onClose, children }: PanelProps) {
  const words = useLazyMessages().keys;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const close = useEffectEvent(onClose);
  const swipe = useSwipeDown(dialog, onClose);

  useLayoutEffect(() => {
    const panel = dialog.current;
    if (!panel) return;
    if (matchMedia(WIDE).matches) panel.show();
    else panel.showModal();
    panel.focus();
  }, []);
  useEffect(() => {
    if (!matchMedia(WIDE).matches) return closeOnBack(() => close());
    const handlePress = ({ target }: PointerEvent) => {
      if (target instanceof Element && !target.closest("dialog, [data-stage]")) close();
    };
    document.addEventListener("pointerdown", handlePress);
    return () => document.removeEventListener("pointerdown", handlePress);
  }, []);

  // Only what lies beside the panel reaches it by itself: its content covers all of it.
  const handleClick = ({ target, currentTarget }: MouseEvent) =>
    target === currentTarget && currentTarget.matches(":modal") && onClose();

  return createPortal(
    <dialog
      ref={dialog}
      id={id}
      tabIndex={-1}
      aria-labelledby={titleId}
      className={styles.panel}
      onClick={handleClick}
      onClose={onClose}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
      {...swipe}
    >
      <div className={styles.handle} aria-hidden="true" />
      <div className="flex flex-col gap-4 p-4 sm:p-5">
        <div className="flex items-start justify-between gap-4">
          <div>
            <h2 id={titleId} className="font-semibold">
              {title}
            </h2>
            {hint && <p className="text-note text-muted">{hint}</p>}
          </div>
          <Button kind="quiet" className="-mt-2.5 -mr-1.5 sm:-mr-3" onClick={onClose}>
            {words.close}
          </Button>
        </div>
        {children}
      </div>
    </dialog>,
    document.querySelector("[data-beside-stage]") ?? document.body,
  );
}
