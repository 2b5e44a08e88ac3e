"use client";

import { useEffect, useId, useRef, useState } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";

type DeleteButtonProps = { onDelete: () => Promise<void> };

/** Asks before it deletes, because nothing brings it back. */
export function DeleteButton({ onDelete }: DeleteButtonProps) {
  const words = useMessages().generation.delete;
  const [state, setState] = useState<"idle" | "asking" | "deleting" | "failed">("idle");
  const keep = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const questionId = useId();
  const isAsking = state !== "idle";

  useEffect(() => {
    if (isAsking) keep.current?.focus();
  }, [isAsking]);

  const close = () => {
    setState("idle");
    // The opener is there again after this render.
    requestAnimationFrame(() => opener.current?.focus());
  };
  const handleDelete = async () => {
    setState("deleting");
    await onDelete().catch(() => setState("failed"));
  };

  if (!isAsking)
    return (
      <Button ref={opener} kind="quiet" onClick={() => setState("asking")}>
        {words.delete}
      </Button>
    );
  return (
    <div
      role="alertdialog"
      aria-labelledby={questionId}
      className="flex flex-wrap items-center gap-2 rounded-control border border-alarm-line bg-alarm px-3.5 py-1.5"
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <p id={questionId} className="mr-1">
        {state === "failed" ? words.failed : words.question}
      </p>
      <Button onClick={handleDelete} disabled={state === "deleting"}>
        {state === "deleting" ? words.deleting : words.delete}
      </Button>
      <Button ref={keep} kind="quiet" onClick={close}>
        {words.keep}
      </Button>
    </div>
  );
}
