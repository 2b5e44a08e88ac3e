"use client";

import { useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { copyField } from "@/lib/browser/page/copy";
import { CopyResult, type CopyState } from "./copy-result";

type CopyButtonProps = { value: string; describedBy: string };

/** Copies a text that is not shown. If the browser does not let the page copy, the text appears, selected. */
export function CopyButton({ value, describedBy }: CopyButtonProps) {
  const { share: words } = useLazyMessages();
  const [state, setState] = useState<CopyState>("idle");
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  const handleCopy = async () => {
    if (!field.current) return;
    const isCopied = await copyField(field.current);
    setState(isCopied ? "copied" : "selected");
    if (isCopied) button.current?.focus();
  };
  return (
    <div className="min-w-0">
      <Button ref={button} aria-describedby={describedBy} onClick={() => void handleCopy()}>
        {words.copyLink}
      </Button>
      <input
        ref={field}
        readOnly
        value={value}
        aria-label={words.link}
        tabIndex={-1}
        className={
          state === "selected"
            ? "mt-1.5 block min-h-11 w-full rounded-control border border-line bg-room px-3 font-mono text-note"
            : "sr-only"
        }
      />
      <CopyResult state={state} button={words.copyLink} />
    </div>
  );
}
