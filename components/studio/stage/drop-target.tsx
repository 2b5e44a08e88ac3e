"use client";

import {
  type DragEventHandler,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from "react";
import { useDropzone } from "react-dropzone";
import { readLink } from "@/lib/picture/link";

/** What the zone passes on to its target. */
export type DragHandlers = Partial<
  Record<
    "onDragStart" | "onDragEnter" | "onDragOver" | "onDragLeave" | "onDragEnd" | "onDrop",
    DragEventHandler<HTMLElement>
  >
>;

export type DropTargetProps = {
  zone: RefObject<HTMLElement | null>;
  handlers: Ref<DragHandlers>;
  onPicture: (picture: File | URL) => void;
  onDragging: (isDragging: boolean) => void;
};

/** The zone's own part that comes late: takes a picture or its address by drop, and by paste anywhere on the page. */
export function DropTarget({ zone, handlers, onPicture, onDragging }: DropTargetProps) {
  // A poster that slips under the hand is not meant to take the place of what is being composed.
  const isFromHere = useRef(false);
  const { getRootProps, rootRef, isDragActive } = useDropzone({
    // Any file is let through: what is wrong with it deserves a better sentence than a silent refusal.
    onDropAccepted: ([file]) => file && onPicture(file),
    multiple: false,
    maxFiles: 0,
    noClick: true,
    noKeyboard: true,
    noPaste: true,
  });

  useLayoutEffect(() => {
    if (zone.current) rootRef.current = zone.current;
  }, [rootRef, zone]);

  useImperativeHandle(handlers, () =>
    getRootProps({
      onDrop: ({ dataTransfer }) => {
        const link = readLink(dataTransfer.getData("text/uri-list"));
        if (link && dataTransfer.files.length === 0 && !isFromHere.current) onPicture(link);
        isFromHere.current = false;
      },
      onDragStart: () => {
        isFromHere.current = true;
      },
      onDragEnd: () => {
        isFromHere.current = false;
      },
    }),
  );

  useEffect(() => onDragging(isDragActive), [isDragActive, onDragging]);

  useEffect(() => {
    const handlePaste = ({ clipboardData, target }: ClipboardEvent) => {
      const [file] = clipboardData?.files ?? [];
      const isInField = target instanceof Element && target.matches(":read-write");
      const link = isInField ? undefined : readLink(clipboardData?.getData("text/plain") ?? "");
      const picture = file ?? link;
      if (picture) onPicture(picture);
    };
    addEventListener("paste", handlePaste);
    return () => removeEventListener("paste", handlePaste);
  }, [onPicture]);

  // What another app has handed over waits under this name, to be fetched once.
  useEffect(() => {
    const shared = new URLSearchParams(location.search).get("shared");
    if (!shared || !/^[\w-]+$/.test(shared)) return;
    history.replaceState(null, "", location.pathname);
    onPicture(new URL(`/shared/${shared}`, location.origin));
  }, [onPicture]);

  return null;
}
