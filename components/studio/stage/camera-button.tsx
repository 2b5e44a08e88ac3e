"use client";

import { useRef } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";

type CameraButtonProps = { onPicture: (file: File) => void };

/** Where a finger points, there is a camera: it opens by itself instead of a list of files. */
export function CameraButton({ onPicture }: CameraButtonProps) {
  const { stage } = useMessages().studio;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        hidden
        type="file"
        accept="image/*"
        capture="environment"
        aria-label={stage.takePhoto}
        onChange={({ target }) => target.files?.[0] && onPicture(target.files[0])}
      />
      <Button
        className="bg-surface not-pointer-coarse:hidden"
        onClick={() => input.current?.click()}
      >
        {stage.takePhoto}
      </Button>
    </>
  );
}
