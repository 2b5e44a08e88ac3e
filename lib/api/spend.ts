/** What an owner's runs of today cost, and what the budget leaves them; `leftUsd` is absent where there is no cap. */
export type SpendToday = { day: string; usd: number; leftUsd?: number };

/** Whether one more run fits into what is left of the day. */
export function isWithinBudget({ leftUsd }: SpendToday, usd: number): boolean {
  return leftUsd === undefined || usd <= leftUsd;
}
