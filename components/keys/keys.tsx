"use client";

import { Suspense, useEffect, useState } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import { late } from "@/components/ui/late";

const KeyList = late(() => import("./key-list").then(({ KeyList }) => KeyList));

/** The way to the list of keys: a press, or the question mark. Where there are only fingers, there are no keys. */
export function Keys() {
  const title = useMessages().studio.keys;
  const [isOpen, setIsOpen] = useState(false);

  useEffect(() => {
    const handleKey = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      if (key !== "?" || ctrlKey || metaKey || altKey) return;
      // There it is a letter; and over an open dialog nothing else opens.
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
