import { z } from "zod";
import { parseFault } from "./faults.ts";

const faultSchema = z.string().superRefine((text, context) => {
  try {
    parseFault(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : "" });
  }
});

const ruleSchema = z.strictObject({
  /** A model's id. A `*` at its end matches every id that begins like this. */
  endpoint: z.string().min(1).optional(),
  /** A text that the prompt contains. */
  prompt: z.string().min(1).optional(),
  /** Which of the matching submissions, counted from 1 since the start. */
  nth: z.union([z.int().min(1), z.array(z.int().min(1)).min(1)]).optional(),
  fault: faultSchema,
});

export const scenarioSchema = z.array(ruleSchema);
export type Scenario = z.infer<typeof scenarioSchema>;

/** Returns a function that finds the first rule matching a submission. That rule decides what happens to it. */
export function openScenario(scenario: Scenario) {
  const seen = scenario.map(() => 0);

  return function choose(endpoint: string, prompt: string): string | undefined {
    let chosen: string | undefined;
    for (const [index, rule] of scenario.entries()) {
      if (rule.endpoint !== undefined && !matches(rule.endpoint, endpoint)) continue;
      if (rule.prompt !== undefined && !prompt.includes(rule.prompt)) continue;
      const place = (seen[index] ?? 0) + 1;
      seen[index] = place;
      if (rule.nth === undefined || [rule.nth].flat().includes(place)) chosen ??= rule.fault;
    }
    return chosen;
  };
}

function matches(pattern: string, endpoint: string): boolean {
  return pattern.endsWith("*") ? endpoint.startsWith(pattern.slice(0, -1)) : endpoint === pattern;
}
