"use client";

import { type DragEvent, type ReactNode, useEffect, useRef } from "react";
import { useDropzone } from "react-dropzone";
import { useMessages } from "@/components/messages";
import { PICTURE_TYPES } from "@/lib/models/limits";
import { readLink } from "@/lib/picture-link";

export type DropZoneProps = {
  /** A file, or where on the web it is. */
  onPicture: (picture: File | URL) => void;
  /** `choose` opens the file dialog. */
  children: (zone: { choose: () => void; isDragging: boolean }) => ReactNode;
};

/** Takes a picture or its address by drop and by paste anywhere on the page, and a file by the dialog. */
export function DropZone({ onPicture, children }: DropZoneProps) {
  const { stage } = useMessages().studio;
  // A poster that slips under the hand is not meant to take the place of what is being composed.
  const isFromHere = useRef(false);
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({
    // Any file is let through: what is wrong with it deserves a better sentence than a silent refusal.
    onDropAccepted: ([file]) => file && onPicture(file),
    multiple: false,
    maxFiles: 0,
    noClick: true,
    noKeyboard: true,
    noPaste: true,
  });

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

  const handleDrop = ({ dataTransfer }: DragEvent) => {
    const link = readLink(dataTransfer.getData("text/uri-list"));
    if (link && dataTransfer.files.length === 0 && !isFromHere.current) onPicture(link);
    isFromHere.current = false;
  };
  const rootProps = getRootProps({
    tabIndex: undefined,
    onDrop: handleDrop,
    onDragStart: () => {
      isFromHere.current = true;
    },
    onDragEnd: () => {
      isFromHere.current = false;
    },
  });

  return (
    <div {...rootProps} data-drop-zone="">
      <input {...getInputProps({ "aria-label": stage.file, accept: PICTURE_TYPES })} />
      {children({ choose: open, isDragging: isDragActive })}
    </div>
  );
}
