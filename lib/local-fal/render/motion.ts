export type Move =
  | "truck left"
  | "truck right"
  | "pan left"
  | "pan right"
  | "push in"
  | "pull out"
  | "pedestal up"
  | "pedestal down"
  | "tilt up"
  | "tilt down"
  | "zoom in"
  | "zoom out"
  | "shake"
  | "tracking shot"
  | "static shot"
  | "gentle push in"
  | "gentle truck left"
  | "gentle truck right"
  | "gentle rise"
  | "gentle fall";

/** What the camera does: shots follow each other, and the moves within a shot happen together. */
export type Motion = Move[][];

// The camera commands of MiniMax's director model.
const commands = new Set<string>([
  "truck left",
  "truck right",
  "pan left",
  "pan right",
  "push in",
  "pull out",
  "pedestal up",
  "pedestal down",
  "tilt up",
  "tilt down",
  "zoom in",
  "zoom out",
  "shake",
  "tracking shot",
  "static shot",
]);

// The words between, as in "zooms SLOWLY in" and "pans TO THE left".
const between = String.raw`(?:\s+(?:\w+ly|back|over|to|towards?|the|its|further))*?\s+`;
const camera = String.raw`camera(?:\s+\w+ly)?\s+(?:is\s+)?`;

const phrases: [Move, RegExp][] = [
  ["truck left", phrase(`truck(?:s|ing)?${between}left`)],
  ["truck left", phrase(`${camera}(?:mov|slid|glid|drift|track|travel)(?:e?s|ing)?${between}left`)],
  ["truck right", phrase(`truck(?:s|ing)?${between}right`)],
  [
    "truck right",
    phrase(`${camera}(?:mov|slid|glid|drift|track|travel)(?:e?s|ing)?${between}right`),
  ],
  ["pan left", phrase(`pan(?:s|ning)?${between}left`)],
  ["pan right", phrase(`pan(?:s|ning)?${between}right`)],
  ["tilt up", phrase(`(?:tilt(?:s|ing)?|pan(?:s|ning)?)${between}up(?:wards?)?`)],
  ["tilt down", phrase(`(?:tilt(?:s|ing)?|pan(?:s|ning)?)${between}down(?:wards?)?`)],
  ["pedestal up", phrase(`(?:pedestal|crane|boom)(?:s|ing)?${between}up(?:wards?)?`)],
  ["pedestal up", phrase(`${camera}(?:rises|rising|ascends|ascending|lifts)`)],
  ["pedestal up", phrase(`${camera}(?:moves|moving|floats|drifts)${between}up(?:wards?)?`)],
  ["pedestal down", phrase(`(?:pedestal|crane|boom)(?:s|ing)?${between}down(?:wards?)?`)],
  ["pedestal down", phrase(`${camera}(?:lowers|lowering|sinks|descends|descending)`)],
  ["pedestal down", phrase(`${camera}(?:moves|moving|floats|drifts)${between}down(?:wards?)?`)],
  ["push in", phrase(`push(?:es|ing)?${between}in(?:to|wards?)?`)],
  ["push in", phrase(`doll(?:y|ies|ying)${between}(?:in|into|forwards?|closer)`)],
  [
    "push in",
    phrase(`${camera}(?:moves|moving|glides|tracks|drifts)${between}(?:in|closer|forwards?)`),
  ],
  ["pull out", phrase(`pull(?:s|ing)?\\s+(?:\\w+ly\\s+)?(?:out|back|away)`)],
  ["pull out", phrase(`doll(?:y|ies|ying)\\s+(?:\\w+ly\\s+)?(?:out|back|backwards?|away)`)],
  [
    "pull out",
    phrase(
      `${camera}(?:moves|moving|glides|drifts)\\s+(?:\\w+ly\\s+)?(?:out|back|backwards?|away)`,
    ),
  ],
  ["zoom in", phrase(`zoom(?:s|ing|ed)?${between}(?:in|into|on|onto|closer)`)],
  ["zoom in", phrase("(?:slow|quick|fast|crash|gentle|smooth) zoom(?!\\w|\\s+(?:out|back|away))")],
  ["zoom out", phrase(`zoom(?:s|ing|ed)?\\s+(?:\\w+ly\\s+)?(?:out|back|away)`)],
  ["shake", phrase("shak(?:y|ing)\\s+cam(?:era)?")],
  ["shake", phrase("camera\\s+shak(?:e|es|ing)")],
  ["shake", phrase("hand-?held")],
  ["tracking shot", phrase("tracking shot")],
  ["tracking shot", phrase(`${camera}(?:follow(?:s|ing)|tracks)`)],
  [
    "static shot",
    phrase("static (?:shot|camera)|locked[- ]off|(?:no|without) camera (?:move\\w*|motion)"),
  ],
  [
    "static shot",
    phrase(`${camera}(?:stays|remains|holds|keeps)?\\s*(?:static|still|fixed|motionless)`),
  ],
];

/**
 * Reads the camera's moves from a prompt: bracketed commands if there are any, else plain words, else a gentle push in.
 */
export function planMotion(prompt: string): Motion {
  const commanded = readCommands(prompt);
  if (commanded.length > 0) return commanded;

  const described = readWords(prompt.replace(/\[[^\]]*\]/g, " "));
  return described.length > 0 ? described : [["gentle push in"]];
}

function readCommands(prompt: string): Motion {
  const brackets = [...prompt.matchAll(/\[([^\][]*)\]/g)].map(([, inside = ""]) => inside);
  return brackets
    .map((inside) => unique(inside.split(",").map(normalise)).filter(isCommand))
    .filter(hasAny);
}

function readWords(prompt: string): Motion {
  const parts = prompt.split(/\b(?:then|afterwards?|followed by)\b/i);
  return parts
    .map((part) => unique(phrases.filter(([, words]) => words.test(part)).map(([move]) => move)))
    .map(withoutRepeats)
    .filter(hasAny);
}

// "The camera tracks to the left" is only a truck, and "the camera is still" is ignored if there is also a move.
function withoutRepeats(moves: Move[]): Move[] {
  const specific = moves.filter((move) => move !== "tracking shot" && move !== "static shot");
  return specific.length > 0 && !moves.includes("static shot") ? specific : moves;
}

function phrase(words: string): RegExp {
  return new RegExp(
    String.raw`(?<!\b(?:no|not|never|without|don't|doesn't)\s+)\b(?:${words})\b`,
    "i",
  );
}

function normalise(command: string): string {
  return command.trim().toLowerCase().replace(/\s+/g, " ");
}

function isCommand(command: string): command is Move {
  return commands.has(command);
}

function unique<Value>(values: Value[]): Value[] {
  return [...new Set(values)];
}

function hasAny(moves: Move[]): boolean {
  return moves.length > 0;
}
