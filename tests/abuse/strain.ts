import type { Attempt } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Lab, LabName } from "./labs.ts";

/** No single request may have everyone else wait for longer. */
export const MAX_BLOCKED_MS = 100;
/** What all of a stranger's requests together may have a server grow by. */
export const MAX_GROWN_BYTES = 300 * 2 ** 20;

export type Strain = {
  name: string;
  lab: LabName;
  run(lab: Lab): Promise<Answer | Answer[]>;
  isLong?: boolean;
};

/**
 * One request that is meant to cost the server much. Any answer will do, but it may not hold the process. The first
 * time a route is asked it is loaded and compiled, and a machine has its moments: only what is too long three times counts.
 */
export function toCost({ name, lab: labName, run, isLong }: Strain): Attempt {
  let heldMs = 0;
  return {
    ...{ name, isLong, harmless: [200, 204, 206, 303, 304, 307, 308, 416, 503] },
    async run(scene) {
      const lab = await scene.lab(labName);
      const answers: Answer[] = [];
      // Anew each time: it is tried in more than one scene, and past the gateway of one.
      heldMs = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < 3 && heldMs > MAX_BLOCKED_MS; tries++) {
        await lab.rest();
        answers.push(...[await run(lab)].flat());
        const reading = await lab.read();
        heldMs = Math.min(heldMs, reading.heldMs);
      }
      if (heldMs > scene.figures.heldMs) {
        scene.figures.heldMs = heldMs;
        scene.figures.heldBy = name;
      }
      return answers;
    },
    check: () =>
      heldMs > MAX_BLOCKED_MS ? `it held the process for ${Math.round(heldMs)} ms` : undefined,
  };
}

/** Many requests that are meant to fill the server's memory. */
export function toBurden({ name, lab: labName, run, isLong }: Strain): Attempt {
  let grown = 0;
  return {
    ...{ name, isLong, harmless: [200, 204, 206, 303, 307, 308, 503] },
    async run(scene) {
      const lab = await scene.lab(labName);
      // What it takes to answer anything at all is not the attempt's.
      await lab.ask("/api/health");
      const before = await lab.rest();
      const answers = await run(lab);
      grown = (await lab.read()).mostBytes - before.bytes;
      if (grown > scene.figures.grownBytes) {
        scene.figures.grownBytes = grown;
        scene.figures.grownBy = name;
      }
      return answers;
    },
    check: () => (grown > MAX_GROWN_BYTES ? `the server grew by ${toMegabytes(grown)}` : undefined),
  };
}

export function toMegabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
