"use client";

import { useState } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";

type DeleteButtonProps = { onDelete: () => Promise<void> };

/** Deletes at one press, because an undo brings it back. */
export function DeleteButton({ onDelete }: DeleteButtonProps) {
  const words = useMessages().generation.delete;
  const [state, setState] = useState<"idle" | "deleting" | "failed">("idle");

  const handleDelete = async () => {
    setState("deleting");
    await onDelete().catch(() => setState("failed"));
  };
  return (
    <>
      <Button kind="quiet" onClick={handleDelete} disabled={state === "deleting"}>
        {state === "deleting" ? words.deleting : words.delete}
      </Button>
      {state === "failed" && (
        <p role="alert" className="text-muted">
          {words.failed}
        </p>
      )}
    </>
  );
}
