/** Tries every known attack on the gate, against a build: `npm run abuse`, or `-- --scene sqlite` for one part. */
import { parseArgs } from "node:util";
import { type AbuseReport, runAbuse } from "../tests/abuse/run.ts";
import type { SceneOptions } from "../tests/abuse/stage.ts";

const scenes: Record<string, SceneOptions & { title: string }> = {
  sqlite: { title: "SQLite, one server", storage: "sqlite", servers: 1, gateway: false },
  postgres: {
    title: "Postgres and S3, two servers behind a reverse proxy",
    ...{ storage: "postgres", servers: 2, gateway: true },
  },
};

const { values } = parseArgs({
  options: {
    scene: { type: "string", multiple: true, default: Object.keys(scenes) },
    only: { type: "string", default: "" },
    short: { type: "boolean", default: false },
  },
});

for (const name of values.scene) {
  const scene = scenes[name];
  if (!scene) throw new Error(`There is no scene ${name}: ${Object.keys(scenes).join(", ")}`);
  const { title, ...options } = scene;
  console.log(`\n── ${title}\n`);
  await tryAll(options);
}

async function tryAll(scene: SceneOptions) {
  const startedAt = performance.now();
  let lastAt = startedAt;
  const report = await runAbuse({
    ...{ scene, only: values.only, length: values.short ? "short" : "all" },
    onTheme(title, count, faults) {
      const now = performance.now();
      const wrong = faults.length > 0 ? `  ${faults.length} wrong` : "";
      console.log(
        `${title.padEnd(24)}${String(count).padStart(4)}${inSeconds(now - lastAt).padStart(9)}${wrong}`,
      );
      lastAt = now;
    },
  });
  console.log(`\ntried: ${report.tried}, in ${inSeconds(performance.now() - startedAt)}`);
  if (scene.gateway) console.log(`tried past the gateway as well: ${report.triedPastGateway}`);
  list("reached the upstream or changed anything", report.effective);
  list("answered otherwise than they should", report.misanswered);
  list("secrets and strange lines found", report.leaks);
  tell(report);
  const { effective, misanswered, leaks } = report;
  if (effective.length + misanswered.length + leaks.length > 0) process.exitCode = 1;
}

function tell({ figures }: AbuseReport) {
  const { heldMs, heldBy, grownBytes, grownBy, usdThrough, compared, comparedBy } = figures;
  console.log(`longest hold by one request: ${Math.round(heldMs)} ms${by(heldBy)}`);
  console.log(`most memory grown by: ${Math.round(grownBytes / 2 ** 20)} MB${by(grownBy)}`);
  console.log(`most guesses compared: ${compared}${by(comparedBy)}`);
  console.log(`dollars through: $${usdThrough.toFixed(2)}`);
}

function by(name: string): string {
  return name && ` (${name})`;
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function list(title: string, faults: string[]) {
  console.log(`${title}: ${faults.length}`);
  for (const fault of faults) console.log(`  ${fault}`);
}
