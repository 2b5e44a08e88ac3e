"use client";

import type { ComponentProps } from "react";
import { useMessages } from "@/components/messages";
import { useDropZone } from "@/components/studio/stage/drop-zone";
import { useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import type { Generation } from "@/lib/generation";

type ReuseButtonProps = Pick<ComponentProps<typeof Button>, "kind"> & { generation: Generation };

/** Brings the words and the pictures of a generation back into the draft. */
export function ReuseButton({ kind, generation }: ReuseButtonProps) {
  const { studio } = useStudio();
  const { bar } = useMessages().generation;
  return (
    <Button kind={kind} onClick={() => void studio.reuse(generation)}>
      {bar.reuse}
    </Button>
  );
}

export function NewPictureButton() {
  const { choose } = useDropZone();
  return <Button onClick={choose}>{useMessages().generation.bar.newPicture}</Button>;
}
