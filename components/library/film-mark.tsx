"use client";

import { useRef } from "react";

type FilmMarkProps = {
  label: string;
  isOn: boolean;
  symbol: string;
  className: string;
  onChange: (isRange: boolean) => void;
};

/** A checkbox on a picture. It shows under the pointer and with the focus, and always while it is on. */
export function FilmMark({ label, isOn, symbol, className, onChange }: FilmMarkProps) {
  const isRange = useRef(false);
  return (
    <span
      className={`absolute size-6 ${className} ${isOn ? "" : "opacity-0 group-focus-within/film:opacity-100 group-hover/film:opacity-100 pointer-coarse:hidden"}`}
    >
      <input
        type="checkbox"
        aria-label={label}
        checked={isOn}
        onClick={(event) => {
          isRange.current = event.shiftKey;
        }}
        onChange={() => onChange(isRange.current)}
        className="peer size-6 cursor-pointer appearance-none rounded-md border border-white/80 bg-black/55 checked:border-transparent checked:bg-accent before:absolute before:-inset-2"
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute inset-0 grid place-items-center text-note text-white/70 peer-checked:text-accent-ink"
      >
        {symbol}
      </span>
    </span>
  );
}
