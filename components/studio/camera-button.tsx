"use client";

import { useRef } from "react";
import { Button } from "@/components/ui/button";

type CameraButtonProps = { onPicture: (file: File) => void };

/** Where a finger points, there is a camera: it opens by itself instead of a list of files. */
export function CameraButton({ onPicture }: CameraButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        hidden
        type="file"
        accept="image/*"
        capture="environment"
        aria-label="Take a photo"
        onChange={({ target }) => target.files?.[0] && onPicture(target.files[0])}
      />
      <Button
        className="bg-surface not-pointer-coarse:hidden"
        onClick={() => input.current?.click()}
      >
        Take a photo
      </Button>
    </>
  );
}
