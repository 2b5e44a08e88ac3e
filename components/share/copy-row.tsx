"use client";

import { useEffect, useId, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { copyField } from "@/lib/browser/page/copy";
import { CopyResult, type CopyState } from "./copy-result";

type CopyRowProps = {
  label: string;
  value: string;
  button: string;
  canSend?: boolean;
  /** Whether an earlier click has copied the value. */
  isCopied?: Promise<boolean>;
};

/** A line of text with a button that copies it, and one that passes it to the system's share sheet. */
export function CopyRow({ label, value, button, canSend, isCopied }: CopyRowProps) {
  const { share } = useLazyMessages();
  const id = useId();
  const [state, setState] = useState<CopyState>("idle");
  const field = useRef<HTMLInputElement>(null);
  const handleCopy = async () => {
    if (field.current) setState((await copyField(field.current)) ? "copied" : "selected");
  };

  useEffect(() => {
    let isCurrent = true;
    void isCopied?.then((isDone) => {
      if (isCurrent) setState(isDone ? "copied" : "ready");
    });
    return () => {
      isCurrent = false;
    };
  }, [isCopied]);

  const isSendable = canSend && "share" in navigator;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-note text-muted">
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
          className="min-h-11 min-w-0 flex-1 basis-48 rounded-control border border-line bg-room px-3 font-mono text-note"
        />
        <Button onClick={() => void handleCopy()}>{button}</Button>
        {isSendable && (
          <Button onClick={() => void navigator.share({ url: value }).catch(() => {})}>
            {share.send}
          </Button>
        )}
      </div>
      <CopyResult state={state} button={button} />
    </div>
  );
}
