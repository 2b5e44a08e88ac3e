import type { ReactNode } from "react";

type StatusBarProps = {
  /** In few words; read out when it changes. */
  state: string;
  /** What changes every second or says more: seen, not read out. */
  detail?: string;
  children?: ReactNode;
};

/** One line under the stage: the state, what to expect, and the actions that fit. */
export function StatusBar({ state, detail, children }: StatusBarProps) {
  return (
    <div className="mt-3 flex min-h-11 flex-wrap items-center justify-between gap-x-6 gap-y-2 max-lg:mt-2 max-lg:gap-y-1">
      <p className="line-clamp-2 min-w-0 flex-1 basis-52 [overflow-wrap:anywhere]" title={detail}>
        <span role="status" className="font-semibold">
          {state}
        </span>
        {detail && <span className="ml-2.5 text-muted tabular-nums">{detail}</span>}
      </p>
      {children && (
        <div className="flex gap-2 max-lg:-mx-1 max-lg:overflow-x-auto max-lg:p-1 max-lg:whitespace-nowrap lg:flex-wrap">
          {children}
        </div>
      )}
    </div>
  );
}
