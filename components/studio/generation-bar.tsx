"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import type { Watched } from "@/lib/browser/generations";
import { describeWait, nameState } from "@/lib/describe";
import { captionOf, toFileName } from "@/lib/format";
import { isActive } from "@/lib/generation";
import type { Model } from "@/lib/models";
import { problems } from "@/lib/problems";
import type { UpstreamKind } from "@/lib/upstream-kind";
import { RunLog } from "./run-log";
import { StatusBar } from "./status-bar";
import { useNow } from "./use-now";

type GenerationBarProps = {
  watched: Watched;
  model: Model;
  upstream: UpstreamKind;
  onStop: () => void;
  onRemove: () => void;
  onNewPicture: () => void;
  /** To the picture that is being composed, when it is another. */
  onBack?: () => void;
};

/** The line under the stage for a generation: its state, what to expect, what can be done. */
export function GenerationBar({
  watched,
  model,
  upstream,
  onStop,
  onRemove,
  onNewPicture,
  onBack,
}: GenerationBarProps) {
  const { generation, log, trouble, isCancelling } = watched;
  const [isLogOpen, setIsLogOpen] = useState(false);
  const now = useNow(isActive(generation));
  const wait = trouble
    ? `${problems[trouble.code].title}. The run goes on, and this page keeps asking.`
    : describeWait(generation, model, upstream, now);

  return (
    <>
      <StatusBar
        state={isCancelling ? "Cancelling" : nameState(generation)}
        detail={isActive(generation) ? wait : captionOf(generation.input.prompt)}
      >
        {log.length > 0 && (
          <Button kind="quiet" aria-expanded={isLogOpen} onClick={() => setIsLogOpen(!isLogOpen)}>
            Log
          </Button>
        )}
        {onBack && (
          <Button kind="quiet" onClick={onBack}>
            Back to draft
          </Button>
        )}
        {isActive(generation) ? (
          <Button onClick={onStop} disabled={generation.status === "submitting" || isCancelling}>
            Cancel
          </Button>
        ) : (
          <>
            <Button kind="quiet" onClick={onRemove}>
              Remove
            </Button>
            <Button onClick={onNewPicture}>New picture</Button>
          </>
        )}
        {generation.status === "done" && (
          <DownloadButton url={generation.video.url} name={toFileName(generation.input.prompt)} />
        )}
      </StatusBar>
      {isLogOpen && <RunLog log={log} since={generation.createdAt} />}
    </>
  );
}

function DownloadButton({ url, name }: { url: string; name: string }) {
  const [state, setState] = useState<"idle" | "saving" | "failed">("idle");
  const handleClick = async () => {
    setState("saving");
    const { saveAs } = await import("@/lib/browser/download");
    await saveAs(url, name).then(
      () => setState("idle"),
      () => setState("failed"),
    );
  };
  return (
    <>
      <Button onClick={handleClick} disabled={state === "saving"}>
        Download
      </Button>
      {state === "failed" && (
        <p role="alert" className="self-center text-[13px]">
          The file can’t be fetched now. Try again.
        </p>
      )}
    </>
  );
}
