"use client";

import { useMessages } from "@/components/messages";
import { useSpend } from "@/components/studio/compose/use-spend";
import { LinkButton } from "@/components/ui/button";
import { fill } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";

/** What today has cost and what is left, with a link to the ledger. */
export function SpendLink({ isPaid }: { isPaid: boolean }) {
  const { spend: words } = useMessages().studio;
  const spend = useSpend(isPaid);
  if (!isPaid)
    return (
      <LinkButton kind="quiet" href="/ledger">
        {words.ledger}
      </LinkButton>
    );
  // Until the amount is known, its place is reserved, so that nothing beside it moves.
  const { usd = 0, leftUsd } = spend ?? {};
  return (
    <LinkButton
      kind="quiet"
      href="/ledger"
      title={words.ledger}
      className={`tabular-nums ${spend ? "" : "invisible"}`}
    >
      <span>
        {fill(words.today, { usd: formatUsd(usd) })}
        {leftUsd !== undefined && (
          <span className="max-sm:hidden">{` · ${fill(words.left, { usd: formatUsd(leftUsd) })}`}</span>
        )}
      </span>
      <span className="sr-only">{`, ${words.ledger}`}</span>
    </LinkButton>
  );
}
