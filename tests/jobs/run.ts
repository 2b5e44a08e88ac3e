import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startAppServer } from "../e2e/app-server.ts";
import { chromiumPhone } from "./chromium.ts";
import { type BrowserKind, type Driver, Missing, within } from "./driver.ts";
import { firefox, firefoxResisting } from "./firefox.ts";
import { type Job, jobs } from "./jobs.ts";
import type { Visit } from "./visit.ts";
import { webkit } from "./webkit.ts";

export type Result = {
  browser: string;
  job: string;
  outcome: "passed" | "failed" | "skipped";
  seconds: number;
  /** The reason of the failure, also of the first of two tries. */
  reason?: string;
};

export const browsers: readonly BrowserKind[] = [chromiumPhone, firefox, firefoxResisting, webkit];

type Options = {
  /** Parts of the names of browsers and jobs. Empty means all. */
  onlyBrowsers: readonly string[];
  onlyJobs: readonly string[];
  say: (line: string) => void;
  onResult: (result: Result) => void;
};

// A driver may lose its browser for reasons of its own. What fails twice is a fault of the product.
const MOST_TRIES = 2;
const JOB_WITHIN_MS = 150_000;
// A browser that hangs in each job must not block the others.
const BROWSER_WITHIN_MS = 420_000;
const CLOSES_WITHIN_MS = 20_000;

const shots = resolve(import.meta.dirname, "../../test-results/browsers");

/** Runs each job in each browser, one after the other, against one server. */
export async function runJobs(options: Options): Promise<Result[]> {
  // The jobs also open it by an address that is not loopback.
  const app = await startAppServer({ HOST: "0.0.0.0" });
  const scratch = await mkdtemp(join(tmpdir(), "firstframe-browsers-"));
  const results: Result[] = [];
  const wanted = jobs.filter(({ name }) => matches(name, options.onlyJobs));
  try {
    for (const kind of browsers.filter(({ name }) => matches(name, options.onlyBrowsers))) {
      for await (const result of runIn(kind, wanted, { origin: app.origin, scratch }, options)) {
        results.push(result);
        options.onResult(result);
      }
    }
    return results;
  } finally {
    await app.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function* runIn(
  kind: BrowserKind,
  wanted: readonly Job[],
  place: Omit<Visit, "driver">,
  { say }: Options,
): AsyncGenerator<Result> {
  const deadline = Date.now() + BROWSER_WITHIN_MS;
  let driver: Driver | undefined;
  try {
    for (const job of wanted) {
      const startedAt = performance.now();
      const end = (outcome: Result["outcome"], reason?: string): Result => ({
        ...{ browser: kind.name, job: job.name, outcome, reason },
        seconds: (performance.now() - startedAt) / 1000,
      });
      let reason: string | undefined;
      for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
        try {
          if (Date.now() > deadline) throw new Error("no time is left for this browser");
          driver ??= await kind.launch(say);
          await within(JOB_WITHIN_MS, job.name, job.run({ ...place, driver }));
          yield end("passed", reason && `the first try failed: ${reason}`);
          break;
        } catch (error) {
          reason = error instanceof Error ? error.message : String(error);
          if (error instanceof Missing) {
            yield end("skipped", reason);
            if (!driver) return;
            break;
          }
          if (attempt === MOST_TRIES) yield end("failed", reason);
          // The next try gets a new browser, because this one may hang or have an unfinished job on its stage.
          await keepShot(driver, `${kind.name} ${job.name}`);
          await close(driver);
          driver = undefined;
        }
      }
    }
  } finally {
    await close(driver);
  }
}

async function keepShot(driver: Driver | undefined, name: string): Promise<void> {
  if (!driver) return;
  try {
    const shot = await within(CLOSES_WITHIN_MS, "a screenshot", driver.screenshot());
    await mkdir(shots, { recursive: true });
    await writeFile(join(shots, `${name.replaceAll(/\W+/g, "-")}.png`), shot);
  } catch {
    // A browser that hangs cannot take a screenshot.
  }
}

async function close(driver: Driver | undefined): Promise<void> {
  await within(CLOSES_WITHIN_MS, "closing", driver?.close() ?? Promise.resolve()).catch(() => {});
}

function matches(name: string, parts: readonly string[]): boolean {
  return (
    parts.length === 0 || parts.some((part) => name.toLowerCase().includes(part.toLowerCase()))
  );
}
