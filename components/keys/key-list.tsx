"use client";

import { useEffect, useId, useLayoutEffect, useRef } from "react";
import { keys } from "@/components/keys/every-key";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { closeOnBack } from "@/lib/browser/page/back";
import { nameModifierKey } from "@/lib/browser/page/modifier-key";

type Group = keyof typeof keys;

/** A dialog with all keys of the studio. */
export function KeyList({ onClose }: { onClose: () => void }) {
  const { keys: words, studio } = useLazyMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => closeOnBack(() => dialog.current?.close()), []);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      className="m-auto max-h-[calc(100dvh-28px)] w-[min(34rem,calc(100vw-28px))] overflow-y-auto rounded-stage border border-line bg-surface p-5 text-ink backdrop:bg-black/50"
    >
      <div className="flex items-center justify-between gap-4">
        <h2 id={titleId} className="text-title font-semibold tracking-tight">
          {studio.keys}
        </h2>
        <Button onClick={() => dialog.current?.close()}>{words.close}</Button>
      </div>
      {(Object.keys(keys) as Group[]).map((group) => (
        <section key={group} className="mt-4">
          <h3 className="text-note text-muted">{words.group[group]}</h3>
          <dl className="mt-1 divide-y divide-line border-y border-line">
            {keys[group].map(({ does, keys: names }) => (
              <div key={does} className="flex flex-wrap items-center justify-between gap-x-6 py-2">
                <dt>{words.does[does]}</dt>
                <dd className="flex gap-1">
                  {names.map((name) => (
                    <kbd
                      key={name}
                      className="min-w-7 rounded-sm border border-line-strong px-1.5 py-0.5 text-center font-mono text-note"
                    >
                      {name === "Mod" ? nameModifierKey() : name}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </dialog>
  );
}
