"use client";

import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";

type CopyRowProps = {
  label: string;
  value: string;
  button: string;
  canSend?: boolean;
  copyAtOnce?: boolean;
};

/** A line of text with a button that copies it, and one that passes it to the system's share sheet. */
export function CopyRow({ label, value, button, canSend, copyAtOnce }: CopyRowProps) {
  const { share } = useLazyMessages();
  const id = useId();
  const [isCopied, setIsCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setIsCopied(true);
    } catch {
      // Copying was refused, or the page is not on https. The text is selected, so Ctrl C copies it.
    }
  };
  const handleCopy = () => {
    field.current?.select();
    void copy();
  };
  const handleOpen = useEffectEvent(() => {
    if (copyAtOnce) void copy();
  });
  useEffect(() => handleOpen(), []);

  const isSendable = canSend && "share" in navigator;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-[13px] text-muted">
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
          className="min-h-11 min-w-0 flex-1 basis-48 rounded-control border border-line bg-room px-3 font-mono text-[13px]"
        />
        <Button onClick={handleCopy}>{button}</Button>
        {isSendable && (
          <Button onClick={() => void navigator.share({ url: value }).catch(() => {})}>
            {share.send}
          </Button>
        )}
      </div>
      <p role="status" className="mt-1 text-[13px] text-muted empty:hidden">
        {isCopied ? share.copied : ""}
      </p>
    </div>
  );
}
