import { fill } from "../../messages/fill.ts";
import type { AllMessages } from "../../messages/index.ts";
import { type CameraMove, MAX_MOVES_TOGETHER, type MoveEdit } from "./camera-moves.ts";

/** Says what the bracket at the cursor does, and what the next move would do. */
export function describeMoves(
  moves: readonly CameraMove[],
  { locale, moves: words }: AllMessages,
): string {
  const [first, ...others] = moves;
  if (first === undefined) return words.rules;
  const room = [words.most, words.oneMore, words.twoMore][MAX_MOVES_TOGETHER - moves.length] ?? "";
  if (others.length === 0) return fill(words.alone, { move: words.name[first], room });
  const names = new Intl.ListFormat(locale).format(moves.map((move) => words.name[move]));
  return fill(words.together, { moves: names, room });
}

/** Says what a press has done, if the bracket does not show it. */
export function describeEdit(
  outcome: MoveEdit["outcome"],
  name: CameraMove,
  { moves: words }: AllMessages,
): string | undefined {
  const move = words.name[name];
  switch (outcome) {
    case "began-after-full":
      return fill(words.afterFull, { move });
    case "began-after-conflict":
      return fill(words.afterConflict, { move });
    case "removed":
      return fill(words.removed, { move });
    default:
      return undefined;
  }
}
