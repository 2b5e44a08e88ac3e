/**
 * Prints how far the stage, what is sent, the first frame, the poster and the thumbnail are from the colours of a
 * reference decoder, in Chromium and Firefox, against the last build: `npm run colours`, or
 * `node scripts/colours.ts --browser firefox --only heic` for a part.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ColorPicture, colorPictures } from "../tests/color-pictures.ts";
import { startAppServer } from "../tests/e2e/app-server.ts";
import { compareFields } from "../tests/e2e/colors.ts";
import { chromiumPhone } from "../tests/jobs/chromium.ts";
import { type BrowserKind, Missing, within } from "../tests/jobs/driver.ts";
import { firefox } from "../tests/jobs/firefox.ts";
import { limits, places, seePlaces } from "../tests/jobs/places.ts";
import type { Visit } from "../tests/jobs/visit.ts";

const { values } = parseArgs({
  options: {
    browser: { type: "string", default: "" },
    only: { type: "string", default: "" },
  },
});

const PICTURE_WITHIN_MS = 180_000;
const CLOSES_WITHIN_MS = 20_000;
const NAME_WIDTH = Math.max(...colorPictures.map(({ name }) => name.length));
const CELL_WIDTH = 14;

// The browsers and the server are ended as the program exits.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

const isWanted = (name: string, part: string) => name.toLowerCase().includes(part.toLowerCase());
const wanted = colorPictures.filter(({ name }) => isWanted(name, values.only));
const app = await startAppServer();
const scratch = await mkdtemp(join(tmpdir(), "firstframe-colours-"));
let [seen, wrong] = [0, 0];
try {
  for (const kind of [chromiumPhone, firefox].filter(({ name }) => isWanted(name, values.browser)))
    await printTable(kind);
} finally {
  await app.stop();
  await rm(scratch, { recursive: true, force: true });
}
console.log(
  `\nOf ${seen} pictures ${wrong} are more than ${limits.mean} of 255 off on average, or more than ${limits.most} in a channel.`,
);
if (wrong > 0 || seen === 0) process.exitCode = 1;

async function printTable(kind: BrowserKind) {
  console.log(`\n${kind.name}: of 255, on average / at most\n`);
  const driver = await kind.launch(console.log).catch((error: unknown) => {
    if (!(error instanceof Missing)) throw error;
    console.log(`skipped: ${error.message}`);
  });
  if (!driver) return;
  printRow("", [...places]);
  try {
    for (const picture of wanted) {
      seen++;
      if (!(await printPicture({ driver, origin: app.origin, scratch }, picture))) wrong++;
    }
  } finally {
    await within(CLOSES_WITHIN_MS, "closing", driver.close()).catch(() => {});
  }
}

/** Returns whether it is within the limits in each place. */
async function printPicture(visit: Visit, picture: ColorPicture): Promise<boolean> {
  const { name } = picture;
  try {
    const found = await within(PICTURE_WITHIN_MS, name, seePlaces(visit, picture));
    const judged = await picture.wanted();
    const differences = places.map((place) => compareFields(found[place], judged));
    printRow(
      name,
      differences.map(({ mean, most }) => `${mean.toFixed(1)} / ${most}`),
    );
    return differences.every(({ mean, most }) => mean <= limits.mean && most <= limits.most);
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

function printRow(name: string, cells: string[]) {
  const row = cells.map((cell) => cell.padEnd(CELL_WIDTH)).join("");
  console.log(`${name.padEnd(NAME_WIDTH + 2)}${row}`.trimEnd());
}
