import { createFalClient } from "@fal-ai/client";
import { rows } from "./rows.ts";

/** Runs a row in a page of the app. `contract.long.spec.ts` bundles this file and calls it there. */
async function runRow(title: string, proxyUrl: string): Promise<void> {
  const row = rows.find((other) => other.title === title);
  if (!row) throw new Error(`There is no row called "${title}"`);
  const connect = (config: Parameters<typeof createFalClient>[0]) =>
    createFalClient({ proxyUrl, ...config });
  const model = "fal-ai/minimax-video";
  const imageModel = `${model}/image-to-video`;
  await row.run({ fal: connect({}), connect, model, imageModel, pollInterval: 20 });
}

Object.assign(globalThis, { runRow });
