import type { ComponentProps } from "react";

/** A list of choices with our own arrow, because every browser draws a different one. */
export function Select({ className = "", ...props }: ComponentProps<"select">) {
  return (
    <span className="relative block">
      <select
        className={`block min-h-11 w-full cursor-pointer appearance-none truncate rounded-control border border-line pr-10 pl-3.5 hover:border-line-strong ${className}`}
        {...props}
      />
      <svg
        viewBox="0 0 16 16"
        fill="none"
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-3.5 my-auto size-4 text-muted"
      >
        <path d="m4 6 4 4 4-4" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      </svg>
    </span>
  );
}
