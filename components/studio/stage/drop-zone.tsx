"use client";

import {
  type ComponentType,
  createContext,
  type DragEvent,
  type ReactNode,
  startTransition,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useMessages } from "@/components/messages";
import { untilIdle } from "@/lib/browser/page/idle";
import { loadScript } from "@/lib/browser/page/load-script";
import { PICTURE_TYPES } from "@/lib/models/limits";
import type { Dragging, DragHandlers, DropTargetProps } from "./drop-target";

type DropZoneProps = {
  /** A file of the dialog. */
  onPicture: (picture: File) => void;
  children: ReactNode;
};

/** `choose` opens the file dialog. */
type Zone = { choose: () => void; dragging: Dragging };

const ZoneContext = createContext<Zone>({ choose: () => {}, dragging: undefined });

export const useDropZone = () => useContext(ZoneContext);

/** Takes a picture by the file dialog from the first paint on, and by drop and paste once what they need has come. */
export function DropZone({ onPicture, children }: DropZoneProps) {
  const { stage } = useMessages().studio;
  const zone = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const handlers = useRef<DragHandlers>(null);
  const [dragging, setDragging] = useState<Dragging>();
  const DropTarget = useDropTarget();

  // What is inside has nothing to do again when the target comes.
  const value = useMemo(() => {
    const choose = () => {
      if (!input.current) return;
      // The same file twice is two wishes.
      input.current.value = "";
      input.current.click();
    };
    return { choose, dragging };
  }, [dragging]);

  const forward = (name: keyof DragHandlers) => (event: DragEvent<HTMLElement>) =>
    handlers.current?.[name]?.(event);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way of three; the keyboard has the dialog.
    <div
      ref={zone}
      data-drop-zone={DropTarget && ""}
      onDragStart={forward("onDragStart")}
      onDragEnter={forward("onDragEnter")}
      onDragOver={forward("onDragOver")}
      onDragLeave={forward("onDragLeave")}
      onDragEnd={forward("onDragEnd")}
      onDrop={forward("onDrop")}
    >
      <input
        ref={input}
        type="file"
        aria-label={stage.file}
        accept={PICTURE_TYPES}
        className="sr-only"
        tabIndex={-1}
        onChange={({ target }) => target.files?.[0] && onPicture(target.files[0])}
      />
      {DropTarget && <DropTarget zone={zone} handlers={handlers} onDragging={setDragging} />}
      <ZoneContext value={value}>{children}</ZoneContext>
    </div>
  );
}

function useDropTarget(): ComponentType<DropTargetProps> | undefined {
  const [Target, setTarget] = useState<ComponentType<DropTargetProps>>();
  useEffect(() => {
    void untilIdle()
      .then(() => loadScript(() => import("./drop-target")))
      .then(({ DropTarget }) => startTransition(() => setTarget(() => DropTarget)))
      // The file dialog is there all the same, and the page says what is missing.
      .catch(() => {});
  }, []);
  return Target;
}
