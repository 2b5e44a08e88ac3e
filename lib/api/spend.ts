/** What an owner's runs cost today, and what the budget leaves. `leftUsd` is absent if there is no budget. */
export type SpendToday = { day: string; usd: number; leftUsd?: number };

/** Whether one more run, at `usd` dollars, fits into today's budget. */
export function isWithinBudget({ leftUsd }: SpendToday, usd: number): boolean {
  return leftUsd === undefined || usd <= leftUsd;
}
