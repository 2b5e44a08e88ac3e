/**
 * Runs the checks in order and stops at the first failure. `npm test` takes a few minutes. `npm run test:all` runs the
 * slow tests that it leaves out: those in `*.long.test.ts` and `*.long.spec.ts`, or tagged `@long`, and the jobs in other
 * browsers.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { requireBrowser } from "./browser.ts";

type Environment = Record<string, string>;
type Step = { title: string; run: () => Promise<number> };
type Counts = { passed: number; failed: number; skipped: number };

const root = resolve(import.meta.dirname, "..");
const reports = mkdtempSync(join(tmpdir(), "firstframe-test-"));
const unitReport = join(reports, "unit.json");
const browserReport = join(reports, "browser.json");
const jobsReport = join(reports, "jobs.json");

const LONG_UNIT_TESTS = "**/*.long.test.ts";
// Playwright matches it against the file name, the title and the tags.
const LONG_BROWSER_TESTS = String.raw`@long|\.long\.spec`;

const shortSteps: Step[] = [
  { title: "Format and lint", run: () => run("biome", ["check", "."]) },
  // Next generates the types of routes and of imported styles. A fresh clone has neither.
  { title: "Types", run: () => runAll(["next", "typegen"], ["tsc", "--noEmit"]) },
  { title: "Unit tests", run: () => runUnitTests("--exclude", LONG_UNIT_TESTS) },
  { title: "Build", run: () => run("node", ["scripts/build.js", "--if-stale"]) },
  { title: "End-to-end tests", run: () => runBrowserTests("--grep-invert", LONG_BROWSER_TESTS) },
];

const longSteps: Step[] = [
  { title: "Long unit tests", run: () => runUnitTests(".long.test.ts") },
  { title: "Build", run: () => run("node", ["scripts/build.js", "--if-stale"]) },
  { title: "Long end-to-end tests", run: () => runBrowserTests("--grep", LONG_BROWSER_TESTS) },
  {
    title: "The image, offline and read-only",
    run: () => runAll(["node", "scripts/image.ts"], ["node", "scripts/try-image.ts"]),
  },
  {
    title: "Jobs in several browsers",
    run: () => run("node", ["scripts/browsers.ts", "--report", jobsReport]),
  },
];

const { values } = parseArgs({ options: { long: { type: "boolean", default: false } } });
const steps = values.long ? longSteps : shortSteps;

process.exitCode = await runSteps();

async function runSteps(): Promise<number> {
  const startedAt = performance.now();
  try {
    for (const [index, { title, run }] of steps.entries()) {
      console.log(`\n── ${index + 1}/${steps.length} ${title}`);
      const stepStartedAt = performance.now();
      const exitCode = await run();
      const seconds = formatSeconds(stepStartedAt);
      console.log(`── ${title}: ${exitCode === 0 ? "passed" : "failed"} in ${seconds}`);
      if (exitCode !== 0) return exitCode;
    }
    return 0;
  } finally {
    console.log(`\nAll of it took ${formatSeconds(startedAt)}.`);
    printCounts([readUnitCounts(), readBrowserCounts(), readJobCounts()].reduce(addCounts));
    rmSync(reports, { recursive: true, force: true });
  }
}

async function runUnitTests(...selection: string[]): Promise<number> {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`];
  const exitCode = await run("vitest", ["run", ...reporters, ...selection]);
  // Any library that the tests load can change the exit code, but not the report.
  return exitCode === 0 && readReport(unitReport).success !== true ? 1 : exitCode;
}

async function runBrowserTests(...selection: string[]): Promise<number> {
  let browser: string;
  try {
    browser = await requireBrowser(console.log);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  return run("playwright", ["test", "--reporter=list,json", ...selection], {
    CHROMIUM_PATH: browser,
    PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport,
  });
}

async function runAll(...commands: [string, ...string[]][]): Promise<number> {
  for (const [command, ...args] of commands) {
    const exitCode = await run(command, args);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

function run(command: string, args: string[], env: Environment = {}): Promise<number> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<number>();
  spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PATH: join(root, "node_modules/.bin") + delimiter + process.env.PATH,
      NEXT_TELEMETRY_DISABLED: "1",
      ...env,
    },
    shell: process.platform === "win32",
  })
    .on("error", reject)
    .on("exit", (exitCode) => settle(exitCode ?? 1));
  return promise;
}

function readUnitCounts(): Counts {
  const report = readReport(unitReport);
  return {
    passed: report.numPassedTests ?? 0,
    failed: report.numFailedTests ?? 0,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

function readBrowserCounts(): Counts {
  const { stats = {} } = readReport(browserReport);
  return {
    passed: (stats.expected ?? 0) + (stats.flaky ?? 0),
    failed: stats.unexpected ?? 0,
    skipped: stats.skipped ?? 0,
  };
}

function readJobCounts(): Counts {
  const { passed = 0, failed = 0, skipped = 0 } = readReport(jobsReport);
  return { passed, failed, skipped };
}

type Report = Partial<
  Record<"numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests", number>
> & {
  success?: boolean;
  passed?: number;
  failed?: number;
  skipped?: number;
  stats?: Partial<Record<"expected" | "flaky" | "unexpected" | "skipped", number>>;
};

// Absent if an earlier step failed, because no tests ran then.
function readReport(path: string): Report {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Report) : {};
}

function addCounts(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

// CI parses this line, so its form is fixed.
function printCounts({ passed, failed, skipped }: Counts): void {
  const tail = skipped > 0 ? `, ${skipped} skipped` : "";
  console.log(`${passed} passed, ${failed} failed${tail}`);
}

function formatSeconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
