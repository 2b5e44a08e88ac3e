/** Takes a picture of every state in both themes, on four sizes of screens: `npm run screens` (after a build). */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright";
import { startLocalFalProcess } from "../tests/contract/local-fal-process.ts";
import { type Environment, startAppServer } from "../tests/e2e/app-server.ts";
import { browserArgs, requireBrowser } from "./browser.ts";
import { emptyAlbum, reportSize, writeIndex } from "./screens/album.ts";
import {
  captureBudget,
  captureChinese,
  captureClosed,
  captureDraft,
  captureLibrary,
  captureLink,
  captureRuns,
  open,
  password,
  scenario,
} from "./screens/states.ts";

type Part = {
  env: Environment;
  locale?: string;
  capturePart: (page: Page, origin: string) => Promise<void>;
};

async function main() {
  await emptyAlbum();
  const scratch = await mkdtemp(join(tmpdir(), "firstframe-screens-"));
  const scenarioFile = join(scratch, "scenario.json");
  await writeFile(scenarioFile, JSON.stringify(scenario));
  const fal = await startLocalFalProcess("--scenario", scenarioFile, "--concurrency", "2");
  const paid = {
    ...{ FAL_KEY: "id:secret", FAL_UPSTREAM: fal.origin, ALLOW_PUBLIC: "true" },
    ...{ ALLOW_OWN_KEY: "true", BUDGET_USD_PER_DAY: "10" },
  };
  const parts: Part[] = [
    { env: {}, capturePart: captureDraft },
    { env: paid, capturePart: captureRuns },
    { env: {}, capturePart: captureLink },
    { env: {}, capturePart: captureLibrary },
    { env: { ...paid, BUDGET_USD_PER_OWNER_PER_DAY: "0.60" }, capturePart: captureBudget },
    { env: { ACCESS_PASSWORD: password }, capturePart: captureClosed },
    { env: {}, locale: "zh-CN", capturePart: captureChinese },
  ];
  const executablePath = await requireBrowser(() => {});
  const browser = await chromium.launch({ executablePath, args: browserArgs });
  try {
    for (const { env, locale, capturePart } of parts) {
      const app = await startAppServer({ ...env, LOG_LEVEL: "error" });
      const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } });
      try {
        await capturePart(await open(context), app.origin);
      } finally {
        await context.close();
        await app.stop();
      }
    }
    await writeIndex();
    await reportSize();
  } finally {
    await browser.close();
    await fal.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

await main();
