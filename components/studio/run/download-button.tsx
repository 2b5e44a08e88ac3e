"use client";

import { useState } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import { loadScript } from "@/lib/browser/page/load-script";
import { type Generation, isMade } from "@/lib/generation";

/** Our own copy as a download of the browser; before there is one, fal's. One button, so that focus stays on it. */
export function DownloadButton({ generation }: { generation: Generation }) {
  const { bar } = useMessages().generation;
  const [state, setState] = useState<"idle" | "saving" | "failed">("idle");
  if (!isMade(generation)) return null;

  const { status, video, input } = generation;
  const handleClick = async () => {
    const { followDownload, saveAs } = await loadScript(
      () => import("@/lib/browser/page/download"),
    );
    if (status === "done") return followDownload(`${video.url}?download=1`, input.prompt);
    setState("saving");
    await saveAs(video.url, input.prompt).then(
      () => setState("idle"),
      () => setState("failed"),
    );
  };
  return (
    <>
      <Button onClick={handleClick} disabled={state === "saving"}>
        {bar.download}
      </Button>
      {state === "failed" && (
        <p role="alert" className="self-center text-note">
          {bar.downloadFailed}
        </p>
      )}
    </>
  );
}
