"use client";

import { useRef } from "react";
import { useMessages } from "@/components/messages";
import { PICTURE_TYPES } from "@/lib/models/limits";
import type { DropZoneProps } from "./drop-zone";

/** The file dialog alone, until the drop zone has loaded. */
export function PlainZone({ onPicture, children }: DropZoneProps) {
  const { stage } = useMessages().studio;
  const input = useRef<HTMLInputElement>(null);
  return (
    <div>
      <input
        ref={input}
        type="file"
        aria-label={stage.file}
        accept={PICTURE_TYPES}
        className="sr-only"
        tabIndex={-1}
        onChange={({ target }) => target.files?.[0] && onPicture(target.files[0])}
      />
      {children({ choose: () => input.current?.click(), isDragging: false })}
    </div>
  );
}
