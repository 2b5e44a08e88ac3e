import { formatUsd } from "@/lib/format";
import { isWithinBudget, type SpendToday } from "@/lib/spend";

type SpendLineProps = { id: string; spend: SpendToday; usd: number };

/** Under the button: what today has cost, and why there may be no more. */
export function SpendLine({ id, spend, usd }: SpendLineProps) {
  const { leftUsd } = spend;
  return (
    <p id={id} className="-mt-2 text-[13px] text-muted">
      {isWithinBudget(spend, usd) ? (
        <>
          Today {formatUsd(spend.usd)}
          {leftUsd !== undefined && ` · ${formatUsd(leftUsd)} left`}
        </>
      ) : (
        <span className="text-ink">
          Today's budget is spent: {formatUsd(leftUsd ?? 0)} left. The next day begins at 00:00 UTC.
        </span>
      )}
      {" · "}
      <a href="/ledger" className="underline underline-offset-4 hover:text-ink">
        Ledger
      </a>
    </p>
  );
}
