/** All that someone might try against the gate, against a build: `npm run abuse`. */
import { runAbuse } from "../tests/abuse/run.ts";

const startedAt = performance.now();
let lastAt = startedAt;
const { tried, effective, misanswered, leaks } = await runAbuse((title, count) => {
  const now = performance.now();
  console.log(
    `${title.padEnd(24)}${String(count).padStart(4)}${inSeconds(now - lastAt).padStart(8)}`,
  );
  lastAt = now;
});
console.log(`\ntried: ${tried}, in ${inSeconds(performance.now() - startedAt)}`);
list("reached the upstream or changed anything", effective);
list("answered otherwise than they should", misanswered);
list("secrets and strange lines found", leaks);
if (effective.length + misanswered.length + leaks.length > 0) process.exitCode = 1;

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function list(title: string, faults: string[]) {
  console.log(`${title}: ${faults.length}`);
  for (const fault of faults) console.log(`  ${fault}`);
}
