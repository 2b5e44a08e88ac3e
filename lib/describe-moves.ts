import { type CameraMove, MAX_MOVES_TOGETHER, type MoveEdit } from "./camera-moves.ts";

const list = new Intl.ListFormat("en");
const room = ["", "One more fits.", "Two more can act with it."];

/** What the bracket at the cursor does, and what the next move would. */
export function describeMoves(moves: readonly CameraMove[]): string {
  const together = moves.length > 1 ? `${list.format(moves)} act together.` : `${moves[0]}.`;
  if (moves.length === 0)
    return "Up to three moves in one bracket act together. Brackets follow one another.";
  if (moves.length >= MAX_MOVES_TOGETHER)
    return `${together} Three is the most: the next one follows them.`;
  return `${together} ${room[MAX_MOVES_TOGETHER - moves.length]}`;
}

/** What a press has done, where that is not plain from the bracket. */
export function describeEdit(outcome: MoveEdit["outcome"], move: CameraMove): string | undefined {
  switch (outcome) {
    case "began-after-full":
      return `Three act together at most, so ${move} follows them in a bracket of its own.`;
    case "began-after-conflict":
      return `${move} would undo what is there, so it follows in a bracket of its own.`;
    case "removed":
      return `${move} is out.`;
    default:
      return undefined;
  }
}
