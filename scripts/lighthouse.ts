/** Prints Lighthouse's mobile scores of the studio, empty and with 200 films, and of a share page, in the production build: `npm run lighthouse`. */
import lighthouse, { type Result } from "lighthouse";
import { chromium } from "playwright";
import { fillLibrary } from "../bench/copies.ts";
import { median, startBenchServer } from "../bench/server.ts";
import { findFreePort } from "../tests/ports.ts";
import { browserArgs, requireBrowser } from "./browser.ts";

type Headers = Record<string, string>;

const RUNS = 3;
const TRIES = 3;
const LOWEST = 97;
const CATEGORIES = ["performance", "accessibility", "best-practices"];

await using stack = new AsyncDisposableStack();
const app = stack.adopt(await startBenchServer(), (server) => server.stop());
const executablePath = await requireBrowser(() => {});
const published = await fetch(`${app.origin}/api/generations/${app.generationId}/share`, {
  method: "PUT",
  headers: { ...app.headers, "content-type": "application/json" },
  body: "{}",
});
const { url: shareUrl } = (await published.json()) as { url: string };

console.log(`Mobile, ${RUNS} runs, median; below ${LOWEST} it fails`);
await fillLibrary(app, 200);
for (const [name, url, headers] of [
  ["the studio", `${app.origin}/`, {}],
  ["with 200 films", `${app.origin}/`, { Cookie: app.headers.cookie }],
  ["a share page", shareUrl, {}],
] as const) {
  const results: Result[] = [];
  for (let run = 0; run < RUNS; run++) results.push(await auditPatiently(url, headers));
  const scores = CATEGORIES.map((category) => ({
    category,
    score: median(results.map((result) => scoreOf(result, category))),
  }));
  console.log(
    `\n${name.padEnd(16)}${scores.map((one) => `${one.category} ${one.score}`).join("   ")}`,
  );
  console.log(describeTimes(results));
  for (const line of findFailures(results)) console.log(`  ${line}`);
  if (scores.some(({ score }) => score < LOWEST)) process.exitCode = 1;
}

/** Retries when Chromium has lost the beginning of its own trace, which does not depend on the page. */
async function auditPatiently(url: string, headers: Headers): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const result = await audit(url, headers);
    const { runtimeError } = result;
    if (!runtimeError) return result;
    if (runtimeError.code !== "NO_NAVSTART" || attempt === TRIES)
      throw new Error(runtimeError.message);
    console.log(`  once more: ${runtimeError.message}`);
  }
}

async function audit(url: string, extraHeaders: Headers): Promise<Result> {
  // A new browser for each run, because a cache that one run has filled would improve the next score.
  const port = await findFreePort("127.0.0.1");
  const args = [...browserArgs, `--remote-debugging-port=${port}`];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const run = await lighthouse(url, {
      ...{ port, extraHeaders },
      logLevel: "error",
      onlyCategories: CATEGORIES,
    });
    if (!run) throw new Error(`Lighthouse has nothing to say of ${url}`);
    return run.lhr;
  } finally {
    await browser.close();
  }
}

function scoreOf({ categories }: Result, category: string): number {
  return Math.round((categories[category]?.score ?? 0) * 100);
}

function describeTimes(results: readonly Result[]): string {
  const audits = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time"];
  const times = audits.map((id) => {
    const value = median(results.map((result) => result.audits[id]?.numericValue ?? 0));
    return `${id.replaceAll("-", " ")} ${value.toFixed(0)} ms`;
  });
  const shift = median(
    results.map((result) => result.audits["cumulative-layout-shift"]?.numericValue ?? 0),
  );
  return `  ${times.join(", ")}, layout shift ${shift.toFixed(3)}`;
}

/** Returns the scored audits that reach their best result in no run. */
function findFailures(results: readonly Result[]): string[] {
  const lines = new Set<string>();
  for (const { audits, categories } of results) {
    const counted = Object.values(categories)
      .flatMap(({ auditRefs }) => auditRefs)
      .filter(({ weight }) => weight > 0);
    for (const { id } of counted) {
      const { score, title, displayValue } = audits[id] ?? {};
      if (score === null || score === undefined || score >= 0.9) continue;
      lines.add(`${id}: ${title}${displayValue ? ` (${displayValue})` : ""}`);
      for (const item of itemsOf(audits[id])) lines.add(`  ${item}`);
    }
  }
  return [...lines];
}

/** Returns what an audit refers to: elements, messages, addresses. */
function itemsOf(audit: Result["audits"][string] | undefined): string[] {
  const items = audit?.details && "items" in audit.details ? audit.details.items : [];
  return (Array.isArray(items) ? items : []).slice(0, 5).map((item: unknown) => {
    const { node, description, url, source } = item as Record<string, unknown>;
    const snippet = (node as { snippet?: string } | undefined)?.snippet;
    return [snippet, description, url, source].filter((part) => typeof part === "string").join(" ");
  });
}
