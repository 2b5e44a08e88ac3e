/**
 * Makes a hundred generations while servers are killed: `npm run chaos`, or `node scripts/chaos.ts --clicks 20 --kills
 * 4`.
 */
import { parseArgs } from "node:util";
import { runChaos } from "../tests/chaos/run.ts";
import type { StorageKind } from "../tests/chaos/storage.ts";

const { values } = parseArgs({
  options: {
    clicks: { type: "string", default: "100" },
    kills: { type: "string", default: "20" },
    visitors: { type: "string", default: "6" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    storage: { type: "string", multiple: true, default: ["sqlite and disk", "postgres and s3"] },
  },
});

console.log(`seed ${values.seed}`);
let lastLineAt = 0;

for (const storage of values.storage as StorageKind[]) {
  // Only one process can use a SQLite file and a folder. Two processes use Postgres and S3 together.
  const servers = storage === "sqlite and disk" ? 1 : 2;
  console.log(`\n── ${storage}, ${servers} ${servers === 1 ? "server" : "servers"}`);
  const startedAt = performance.now();
  const { faults, attempts, states, unconfirmed, ...counts } = await runChaos({
    storage,
    servers,
    clicks: Number(values.clicks),
    kills: Number(values.kills),
    visitors: Number(values.visitors),
    seed: Number(values.seed),
    onProgress: showProgress,
  });
  endProgress();
  console.log(`clicks ${counts.clicks}, servers killed ${counts.kills}, records ${counts.records}`);
  console.log(`submits that reached the upstream, by click: ${list(attempts, "×")}`);
  console.log(`ended: ${list(states, " ")}`);
  const { gateway, line, pages } = counts;
  console.log(
    gateway.isNginx
      ? `nginx in front, killed ${gateway.kills} times`
      : "no nginx: no gateway in front",
  );
  console.log(
    `line to the upstream, over TLS: ${line.opened} connections, ${line.tornHandshakes} handshakes torn, ` +
      `${line.eaten} torn after the first byte, refused ${line.refusals} times for a while`,
  );
  console.log(
    `in the page: ${pages.visitors} visitors pressed ${pages.pressed} times, ${pages.taken} of theirs were taken`,
  );
  console.log(`unconfirmed: ${list(unconfirmed, " ") || "none"}`);
  console.log(
    `wrong: ${faults.length}, after ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  for (const fault of faults) console.log(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

function list(counts: Record<string, number>, mark: string): string {
  return Object.entries(counts)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => (mark === "×" ? `${count} clicks ${name}${mark}` : `${count} ${name}`))
    .join(", ");
}

// Rewrites one line on a terminal. In a log, prints a line every ten seconds.
function showProgress(text: string) {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}`);
  else if (performance.now() - lastLineAt > 10_000) {
    lastLineAt = performance.now();
    console.log(text);
  }
}

function endProgress() {
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
}
