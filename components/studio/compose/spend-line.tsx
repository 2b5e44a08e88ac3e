"use client";

import { useMessages } from "@/components/messages";
import { isWithinBudget, type SpendToday } from "@/lib/api/spend";
import { fill } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";

type SpendLineProps = { id: string; spend: SpendToday; usd: number };

/** Under the button: what today has cost, and why there may be no more. */
export function SpendLine({ id, spend, usd }: SpendLineProps) {
  const { spend: words } = useMessages().studio;
  const { leftUsd } = spend;
  return (
    <p id={id} className="-mt-2 text-[13px] text-muted">
      {isWithinBudget(spend, usd) ? (
        <>
          {fill(words.today, { usd: formatUsd(spend.usd) })}
          {leftUsd !== undefined && ` · ${fill(words.left, { usd: formatUsd(leftUsd) })}`}
        </>
      ) : (
        <span className="text-ink">{fill(words.spent, { usd: formatUsd(leftUsd ?? 0) })}</span>
      )}
      {" · "}
      <a href="/ledger" className="underline underline-offset-4 hover:text-ink">
        {words.ledger}
      </a>
    </p>
  );
}
