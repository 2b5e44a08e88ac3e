/** What the attempts came to where they were measured: each the worst, and whose it was. */
export type Figures = {
  heldMs: number;
  heldBy: string;
  grownBytes: number;
  grownBy: string;
  /** What was paid beyond what may be. */
  usdThrough: number;
  /** The most guesses of a password that were compared at once. */
  compared: number;
  comparedBy: string;
};

export function openFigures(): Figures {
  return {
    ...{ heldMs: 0, heldBy: "", grownBytes: 0, grownBy: "" },
    ...{ usdThrough: 0, compared: 0, comparedBy: "" },
  };
}
