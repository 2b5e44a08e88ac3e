"use client";

import { useMessages } from "@/components/messages";
import { fill } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";

type SpendLineProps = { id: string; leftUsd: number };

/** Above the button: why today there may be no more. */
export function SpendLine({ id, leftUsd }: SpendLineProps) {
  const { spend: words } = useMessages().studio;
  return (
    <p id={id} className="text-note">
      {fill(words.spent, { usd: formatUsd(leftUsd) })}
    </p>
  );
}
