"use client";

import { useState } from "react";
import { Button, LinkButton } from "@/components/ui/button";
import { toFileName } from "@/lib/format";
import type { Generation } from "@/lib/generation";

/** Our own copy by a plain link, which a browser shows as a download of its own; before there is one, fal's. */
export function DownloadButton({ generation }: { generation: Generation }) {
  if (generation.status === "done")
    return <LinkButton href={`${generation.video.url}?download=1`}>Download</LinkButton>;
  if (generation.status === "archiving")
    return <SaveButton url={generation.video.url} name={toFileName(generation.input.prompt)} />;
  return null;
}

function SaveButton({ url, name }: { url: string; name: string }) {
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
