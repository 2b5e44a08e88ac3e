import type { MadeGeneration } from "../../generation.ts";
import { fill } from "../../messages/fill.ts";
import type { AllMessages } from "../../messages/index.ts";

export type RunFact = { name: string; value: string; isSame: boolean };

/** Returns what one video was made from, and whether each fact is the same for the other video. */
export function compareRuns(
  one: MadeGeneration,
  other: MadeGeneration,
  nameModel: (id: string) => string,
  messages: AllMessages,
): RunFact[] {
  const [facts, others] = [one, other].map((run) => factsOf(run, nameModel, messages));
  return (facts ?? []).map(([name, value], at) => ({
    name,
    value,
    isSame: value === others?.[at]?.[1],
  }));
}

function factsOf(
  { input, model, video }: MadeGeneration,
  nameModel: (id: string) => string,
  { sideBySide: words }: AllMessages,
): [name: string, value: string][] {
  const { facts } = words;
  const { width, height, durationSeconds } = video;
  return [
    [facts.prompt, input.prompt],
    [facts.model, nameModel(model)],
    [
      facts.length,
      durationSeconds === undefined
        ? words.none
        : fill(words.seconds, { seconds: Math.round(durationSeconds * 10) / 10 }),
    ],
    [facts.resolution, width && height ? `${width} × ${height}` : words.none],
    [facts.optimize, input.prompt_optimizer ? words.on : words.off],
  ];
}
