"use client";

import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { Button } from "@/components/ui/button";
import { compareRuns } from "@/lib/browser/generation/run-facts";
import { closeOnBack } from "@/lib/browser/page/back";
import type { MadeGeneration } from "@/lib/generation";
import { Chooser } from "./chooser";
import { Pane } from "./pane";
import { Transport } from "./transport";
import { useInStep } from "./use-in-step";

type SideBySideProps = {
  first: MadeGeneration;
  /** The generations to compare it with, the most likely first. */
  others: readonly [MadeGeneration, ...MadeGeneration[]];
  nameModel: (id: string) => string;
  onClose: () => void;
};

/** Two videos in the whole window, played in sync, with the differences between their settings. */
export function SideBySide({ first, others, nameModel, onClose }: SideBySideProps) {
  const messages = useLazyMessages();
  const words = messages.sideBySide;
  const dialog = useRef<HTMLDialogElement>(null);
  const playButton = useRef<HTMLButtonElement>(null);
  const titleId = useId();
  const [click, setClick] = useState(others[0].click);
  const second = others.find((other) => other.click === click) ?? others[0];
  const { one, other, clock, inStep } = useInStep(second.click);

  useLayoutEffect(() => {
    dialog.current?.showModal();
    playButton.current?.focus({ preventScroll: true });
  }, []);

  useEffect(() => closeOnBack(() => dialog.current?.close()), []);

  const handleKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ",") inStep.current?.step(-1);
    else if (event.key === ".") inStep.current?.step(1);
  };

  const panes = [
    { video: one, name: words.first, run: first, than: second },
    { video: other, name: words.second, run: second, than: first },
  ] as const;
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onKeyDown={handleKey}
      className="m-0 flex h-dvh max-h-none w-screen max-w-none flex-col gap-4 overflow-y-auto bg-room p-3.5 text-ink sm:p-6"
    >
      <div className="flex items-center justify-between gap-4">
        <h2 id={titleId} className="text-title font-semibold tracking-tight">
          {words.title}
        </h2>
        <Button onClick={() => dialog.current?.close()}>{words.close}</Button>
      </div>
      <div className="flex flex-1 flex-col gap-4 sm:grid sm:grid-cols-2 sm:grid-rows-[1fr_auto] sm:gap-x-5">
        {panes.map(({ video, name, run, than }) => (
          <Pane
            // A new key makes a new player for another video.
            key={`${name} ${run.click}`}
            video={video}
            name={name}
            run={run}
            facts={compareRuns(run, than, nameModel, messages)}
          />
        ))}
        <Transport
          playButton={playButton}
          clock={clock}
          onPlay={() => inStep.current?.play()}
          onPause={() => inStep.current?.pause()}
          onSeek={(seconds) => inStep.current?.seek(seconds)}
          onStep={(frames) => inStep.current?.step(frames)}
        />
      </div>
      {others.length > 1 && <Chooser runs={others} chosen={second.click} onChoose={setClick} />}
    </dialog>
  );
}
