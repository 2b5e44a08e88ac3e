type ProgressLineProps = {
  label: string;
  /** From 0 to 1; `undefined` when nobody knows. */
  fraction: number | undefined;
};

export function ProgressLine({ label, fraction }: ProgressLineProps) {
  const percent = fraction === undefined ? undefined : Math.round(fraction * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="absolute inset-x-0 bottom-0 h-[3px] overflow-hidden bg-line-strong/40"
    >
      {percent === undefined ? (
        <div className="h-full w-1/4 animate-[sweep_2.4s_ease-in-out_infinite] bg-accent motion-reduce:w-full motion-reduce:opacity-60" />
      ) : (
        <div
          className="h-full bg-accent transition-[width] duration-250"
          style={{ width: `${percent}%` }}
        />
      )}
    </div>
  );
}
