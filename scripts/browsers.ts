/**
 * Runs the main jobs in Chromium as on a phone, in Firefox and in WebKit, against the last build: `npm run browsers`,
 * or `node scripts/browsers.ts --browser webkit --job copy` for a part. A browser that is not available is reported and
 * skipped.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Result, runJobs } from "../tests/jobs/run.ts";

const { values } = parseArgs({
  options: {
    browser: { type: "string", multiple: true, default: [] },
    job: { type: "string", multiple: true, default: [] },
    // A file for the counts.
    report: { type: "string" },
  },
});

// The browsers and the server are ended as the program exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

const startedAt = performance.now();
const results = await runJobs({
  onlyBrowsers: values.browser,
  onlyJobs: values.job,
  say: console.log,
  onResult: ({ browser, job, outcome, seconds, reason }) =>
    console.log(
      `${browser}: ${job}: ${outcome}, ${inSeconds(seconds)}${reason ? `: ${reason}` : ""}`,
    ),
});
printTable(results);
const counts = {
  passed: countOf("passed"),
  failed: countOf("failed"),
  skipped: countOf("skipped"),
};
console.log(`\nOf ${results.length} jobs ${counts.failed} failed, ${counts.skipped} were skipped.`);
console.log(`All of it took ${inSeconds((performance.now() - startedAt) / 1000)}.`);
if (values.report) writeFileSync(values.report, JSON.stringify(counts));
if (counts.failed > 0 || results.length === 0) process.exitCode = 1;

function countOf(outcome: Result["outcome"]): number {
  return results.filter((result) => result.outcome === outcome).length;
}

/** Prints a row for each job and a column for each browser. */
function printTable(results: readonly Result[]) {
  const browsers = [...new Set(results.map(({ browser }) => browser))];
  const jobs = [...new Set(results.map(({ job }) => job))];
  const rows = [
    ["", ...browsers],
    ...jobs.map((job) => [
      job,
      ...browsers.map((browser) =>
        describeResult(results.find((one) => one.browser === browser && one.job === job)),
      ),
    ]),
  ];
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  console.log();
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("   ")
        .trimEnd(),
    );
}

function describeResult(result: Result | undefined): string {
  if (!result) return "skipped";
  return result.outcome === "skipped"
    ? "skipped"
    : `${result.outcome} ${inSeconds(result.seconds)}`;
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
