"use client";

import { useEffect, useRef, useState } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { useStudio } from "@/components/studio/studio-context";
import { fetchPicture } from "@/lib/browser/picture/preparation";
import { trySample } from "@/lib/browser/studio/try-sample";
import { fill } from "@/lib/messages/fill";
import { type SampleName, sampleFiles, sampleNames } from "@/lib/samples";

/** Pictures to begin with, each with its finished video: one press on one is the shortest way to a video of one's own. */
export function Samples() {
  const { draft, studio, upstream, fields } = useStudio();
  const { samples } = useLazyMessages();
  const isMoving = useMotion();
  const isPressed = useRef(false);
  const kind = upstream === "local" ? "try" : "use";

  const press = async (name: SampleName) => {
    // A double click is one wish.
    if (isPressed.current) return;
    isPressed.current = true;
    // The pictures go, and on a phone a focused field would open the keyboard.
    if (matchMedia("(pointer: fine)").matches) fields.prompt.current?.focus();
    const { name: title, prompt } = samples.each[name];
    await trySample({ name, title, prompt }, { draft, studio, upstream, fetchPicture });
    isPressed.current = false;
  };

  return (
    <>
      <p className="mb-1.5 text-note text-muted">{samples[kind]}</p>
      <ul className="flex justify-center gap-2 sm:gap-3">
        {sampleNames.map((name) => (
          <li key={name}>
            <button
              type="button"
              aria-label={fill(samples.press[kind], samples.each[name])}
              onClick={() => void press(name)}
              className="group/sample relative block aspect-3/2 w-[min(9.5rem,27cqw)] touch-manipulation overflow-hidden rounded-control border border-line bg-room hover:border-line-strong"
            >
              <Clip name={name} isMoving={isMoving} />
              <span className="absolute bottom-1 left-1 max-w-[calc(100%-8px)] truncate rounded-md bg-black/80 px-1.5 py-0.5 text-tiny leading-4 text-white">
                <svg
                  viewBox="0 0 8 8"
                  aria-hidden="true"
                  className="mr-1 inline-block size-2 -translate-y-px"
                >
                  <path d="M1 0v8l7-4z" fill="currentColor" />
                </svg>
                {samples.each[name].move}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Clip({ name, isMoving }: { name: SampleName; isMoving: boolean }) {
  const { thumbnail, video } = sampleFiles(name);
  const fit = "absolute inset-0 size-full object-cover";
  return (
    <>
      {/* biome-ignore lint/performance/noImgElement: it has its final size already. */}
      <img src={thumbnail} alt="" decoding="async" className={fit} />
      {isMoving && (
        <video
          src={video}
          muted
          autoPlay
          loop
          playsInline
          aria-hidden="true"
          tabIndex={-1}
          className={fit}
        />
      )}
    </>
  );
}

/** Whether the videos may move: not for those who asked for less motion, or to save data. */
function useMotion(): boolean {
  const [isWelcome, setIsWelcome] = useState(false);
  useEffect(() => {
    const { connection } = navigator as { connection?: { saveData?: boolean } };
    if (connection?.saveData) return;
    const reduced = matchMedia("(prefers-reduced-motion: reduce)");
    const follow = () => setIsWelcome(!reduced.matches);
    follow();
    reduced.addEventListener("change", follow);
    return () => reduced.removeEventListener("change", follow);
  }, []);
  return isWelcome;
}
