/** Restarts three servers behind nginx under load: `npm run rolling`, or `node scripts/rolling.ts --rounds 2`. Needs nginx. */
import { parseArgs } from "node:util";
import { runRolling } from "../tests/rolling/run.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
const report = await runRolling(Number(values.rounds), console.log);
const most = (times: readonly number[]) => (Math.max(0, ...times) / 1000).toFixed(2);

console.log(
  `${report.restarts} restarts; requests: ${Object.entries(report.counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ")}`,
);
console.log(`failed requests: ${report.failures.length}`);
for (const failure of report.failures.slice(0, 20)) console.log(`  ${failure}`);
console.log(
  `exit: at most ${most(report.exitMs)} s, codes ${[...new Set(report.exitCodes)].join(", ")}`,
);
console.log(`takeover: at most ${most(report.takeoverMs)} s, of ${report.takeoverMs.length}`);
console.log(`${report.clicks + 1} clicks, which became: ${JSON.stringify(report.states)}`);
const lost = report.clicks + 1 - (report.states.done ?? 0);
process.exitCode = report.failures.length === 0 && lost === 0 ? 0 : 1;
