"use client";

import { Suspense, useEffect, useState } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import { lazyPart } from "@/components/ui/lazy-part";

const KeyList = lazyPart(() => import("./key-list").then(({ KeyList }) => KeyList));

/** The button that opens the list of keys, which the question mark opens, too. Hidden on devices without a keyboard. */
export function Keys() {
  const title = useMessages().studio.keys;
  const [isOpen, setIsOpen] = useState(false);

  useEffect(() => {
    const handleKey = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (key !== "?" || ctrlKey || metaKey || altKey) return;
      // In a text field it is a letter, and while a dialog is open no other dialog opens.
      if (target instanceof Element && target.matches(":read-write, dialog *")) return;
      setIsOpen(true);
    };
    addEventListener("keydown", handleKey);
    return () => removeEventListener("keydown", handleKey);
  }, []);

  return (
    <>
      <p className="mt-5 border-t border-line pt-3 text-right pointer-coarse:hidden">
        <Button kind="quiet" aria-keyshortcuts="?" onClick={() => setIsOpen(true)}>
          {title}
        </Button>
      </p>
      {isOpen && (
        <Suspense>
          <KeyList onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
