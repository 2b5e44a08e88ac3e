"use client";

import { useMessages } from "@/components/messages";
import { useDraft, useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { isPictureOf } from "@/lib/browser/studio/on-stage";
import type { Generation } from "@/lib/generation";

/** Leads to the picture that is being composed, when it is another than that of the generation. */
export function BackButton({ generation }: { generation: Generation }) {
  const { studio } = useStudio();
  const { picture, cropping } = useDraft().first;
  const { bar } = useMessages().generation;
  const isOther = cropping || (picture && !isPictureOf(generation, picture));
  if (!isOther) return null;
  return (
    <Button kind="quiet" onClick={studio.leave}>
      {bar.back}
    </Button>
  );
}
