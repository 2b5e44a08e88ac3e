"use client";

import type { Watched } from "@/lib/browser/generations";
import { nameState } from "@/lib/describe";
import { captionOf } from "@/lib/format";
import { isActive } from "@/lib/generation";

type FilmstripProps = {
  watched: readonly Watched[];
  selectedId: string | undefined;
  onSelect: (id: string) => void;
};

/** The generations of this browser, newest first. */
export function Filmstrip({ watched, selectedId, onSelect }: FilmstripProps) {
  if (watched.length === 0) return null;
  return (
    <section className="mt-7 border-t border-line pt-5">
      <h2 className="mb-3 font-semibold">
        Library <span className="ml-1.5 font-normal text-muted tabular-nums">{watched.length}</span>
      </h2>
      <ul aria-label="Library" className="-m-1.5 flex gap-3 overflow-x-auto p-1.5">
        {watched.map(({ generation }) => {
          const caption = captionOf(generation.input.prompt);
          const state = nameState(generation);
          return (
            <li key={generation.id} className="w-42 shrink-0">
              <button
                type="button"
                aria-pressed={generation.id === selectedId}
                onClick={() => onSelect(generation.id)}
                className="group block w-full text-left"
              >
                <span className="relative block aspect-[8/5] overflow-hidden rounded-control bg-stage outline-2 outline-offset-2 outline-transparent transition-[outline-color] duration-150 group-aria-pressed:outline-accent">
                  {/* biome-ignore lint/performance/noImgElement: already sized, and from another host. */}
                  <img
                    src={generation.input.image_url}
                    alt=""
                    loading="lazy"
                    className={`size-full object-cover transition duration-250 group-hover:brightness-110 ${isActive(generation) ? "brightness-75" : ""}`}
                  />
                  {generation.status !== "done" && (
                    <span className="absolute inset-x-1.5 bottom-1.5 ml-auto w-fit max-w-[calc(100%-12px)] truncate rounded-md bg-black/80 px-1.5 py-0.5 font-mono text-[11px] text-white">
                      {state}
                    </span>
                  )}
                </span>
                <span className="mt-1.5 block truncate text-[13px] text-muted group-hover:text-ink">
                  {caption}
                </span>
                {generation.status === "done" && <span className="sr-only">{state}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
