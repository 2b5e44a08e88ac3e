"use client";

import { type ReactNode, useEffect } from "react";
import { useDropzone } from "react-dropzone";
import { PICTURE_TYPES } from "@/lib/models/limits";

export type DropZoneProps = {
  onPicture: (file: File) => void;
  /** `choose` opens the file dialog. */
  children: (zone: { choose: () => void; isDragging: boolean }) => ReactNode;
};

/** Takes a picture by drop, by paste anywhere on the page, and by the file dialog. */
export function DropZone({ onPicture, children }: DropZoneProps) {
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
    const handlePaste = ({ clipboardData }: ClipboardEvent) => {
      const [file] = clipboardData?.files ?? [];
      if (file) onPicture(file);
    };
    addEventListener("paste", handlePaste);
    return () => removeEventListener("paste", handlePaste);
  }, [onPicture]);

  return (
    <div {...getRootProps({ tabIndex: undefined, "data-drop-zone": "" })}>
      <input {...getInputProps({ "aria-label": "Image", accept: PICTURE_TYPES })} />
      {children({ choose: open, isDragging: isDragActive })}
    </div>
  );
}
