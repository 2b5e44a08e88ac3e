"use client";

import { useMessages } from "@/components/messages";
import { useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Watched } from "@/lib/browser/library/library";
import { isUnknown } from "./use-run-words";

/** Cancels a run. One that the server does not answer for is no longer asked about. */
export function StopButton({ watched }: { watched: Watched }) {
  const { studio } = useStudio();
  const { bar } = useMessages().generation;
  const { generation, isCancelling } = watched;
  if (isUnknown(watched))
    return <Button onClick={() => void studio.remove(generation)}>{bar.stopAsking}</Button>;
  return (
    <Button
      onClick={() => void lazyLibrary.stop(generation.click)}
      disabled={generation.status === "submitting" || isCancelling}
    >
      {bar.cancel}
    </Button>
  );
}
