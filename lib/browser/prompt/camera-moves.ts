/** MiniMax's camera commands in the order of the palette: five in a row, opposite moves side by side. */
export const cameraMoves = [
  "Push in",
  "Pull out",
  "Zoom in",
  "Zoom out",
  "Static shot",
  "Pan left",
  "Pan right",
  "Tilt up",
  "Tilt down",
  "Shake",
  "Truck left",
  "Truck right",
  "Pedestal up",
  "Pedestal down",
  "Tracking shot",
] as const;

export type CameraMove = (typeof cameraMoves)[number];

export const MAX_MOVES_TOGETHER = 3;

/** A prompt after a move was added or removed, and the new position of the cursor. */
export type MoveEdit = {
  prompt: string;
  cursor: number;
  outcome: "began" | "joined" | "began-after-full" | "began-after-conflict" | "removed";
};

/**
 * Adds a move to the bracket that the cursor is in or just after, or in a new bracket at the cursor. Removes the move if that
 * bracket has it already. Never splits or drops a word.
 */
export function toggleMove(prompt: string, cursor: number, move: CameraMove): MoveEdit {
  const bracket = findBracket(prompt, cursor);
  if (!bracket) return { ...begin(prompt, wordStart(prompt, cursor), move), outcome: "began" };

  const { moves } = bracket;
  if (moves.includes(move)) {
    const rest = moves.filter((other) => other !== move);
    return { ...rewrite(prompt, bracket, rest), outcome: "removed" };
  }
  if (moves.some((other) => isConflict(move, other)))
    return { ...begin(prompt, bracket.end, move), outcome: "began-after-conflict" };
  if (moves.length >= MAX_MOVES_TOGETHER)
    return { ...begin(prompt, bracket.end, move), outcome: "began-after-full" };
  return { ...rewrite(prompt, bracket, [...moves, move]), outcome: "joined" };
}

/** Returns the moves in the bracket that the cursor is in or just after. */
export function movesAt(prompt: string, cursor: number): readonly CameraMove[] {
  return findBracket(prompt, cursor)?.moves ?? [];
}

/** Whether a prompt commands the camera in brackets. */
export function hasMoves(prompt: string): boolean {
  return [...prompt.matchAll(/\[([^\][]*)\]/g)].some(([, inside = ""]) =>
    inside.split(",").some(findMove),
  );
}

/** Whether a prompt asks for a camera that does not move. */
export function isStill(prompt: string): boolean {
  const moves = [...prompt.matchAll(/\[([^\][]*)\]/g)].flatMap(([, inside = ""]) =>
    inside
      .split(",")
      .map(findMove)
      .filter((move) => move !== undefined),
  );
  if (moves.length > 0) return moves.every((move) => move === "Static shot");
  return /\bstatic (?:shot|camera)\b/i.test(prompt);
}

type Bracket = { start: number; end: number; moves: readonly CameraMove[] };

// The bracket may be unclosed. The cursor is still "just after" it if only blanks are in between on its line.
const brackets = /\[([^\][\n]*)\][^\S\n]*|\[[^\][\n]*$/gm;

function findBracket(prompt: string, cursor: number): Bracket | undefined {
  for (const { 0: text, 1: inside, index } of prompt.matchAll(brackets)) {
    if (cursor <= index || cursor > index + text.length) continue;
    if (inside !== undefined) {
      const moves = readMoves(inside);
      return moves && { start: index, end: index + inside.length + 2, moves };
    }
    const typed = prompt.slice(index + 1, cursor);
    const moves = readMoves(typed);
    return moves && { start: index, end: cursor, moves };
  }
}

// A bracket with anything else is the writer's own text and is never changed.
function readMoves(inside: string): CameraMove[] | undefined {
  const names = inside.split(",").filter((name) => name.trim() !== "");
  const moves = names.map(findMove).filter((move) => move !== undefined);
  return moves.length === names.length ? moves : undefined;
}

function findMove(name: string): CameraMove | undefined {
  const wanted = name.trim().replace(/\s+/g, " ").toLowerCase();
  return cameraMoves.find((move) => move.toLowerCase() === wanted);
}

function isConflict(one: CameraMove, other: CameraMove): boolean {
  if (one === "Static shot" || other === "Static shot") return true;
  const [kind, way] = one.split(" ");
  const [otherKind, otherWay] = other.split(" ");
  const isOpposed = kind === otherKind && way !== otherWay;
  return isOpposed || [one, other].toSorted().join() === "Pull out,Push in";
}

function begin(prompt: string, at: number, move: CameraMove) {
  const before = prompt.slice(0, at);
  const lead = before === "" || /\s$/.test(before) ? before : `${before} `;
  return join(`${lead}[${move}]`, prompt.slice(at));
}

function rewrite(prompt: string, { start, end }: Bracket, moves: readonly CameraMove[]) {
  const before = prompt.slice(0, start);
  const after = prompt.slice(end);
  if (moves.length > 0) return join(`${before}[${moves.join(", ")}]`, after);
  return { prompt: before + after.replace(/^[^\S\n]/, ""), cursor: start };
}

/** Puts the cursor behind the bracket and its blank, so that a word or another move can follow. */
function join(before: string, after: string) {
  const rest = /^\s/.test(after) ? after : ` ${after}`;
  return { prompt: before + rest, cursor: before.length + (rest.startsWith("\n") ? 0 : 1) };
}

function wordStart(prompt: string, cursor: number): number {
  const inOwnBracket = /\[[^\][\n]*$/.exec(prompt.slice(0, cursor));
  const close = /^[^\][\n]*\]/.exec(prompt.slice(cursor));
  if (inOwnBracket && close) return cursor + close[0].length;
  if (!/^\S/.test(prompt.slice(cursor))) return cursor;
  return prompt.slice(0, cursor).search(/\S*$/);
}
