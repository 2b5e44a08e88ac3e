/** Times click to accepted and completed to playing, compared with fal's documented flow: `npm run bench:flow`. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright";
import sharp from "sharp";
import { browserArgs, requireBrowser } from "../scripts/browser.ts";
import { startLocalFalProcess } from "../tests/contract/local-fal-process.ts";
import { startAppServer } from "../tests/e2e/app-server.ts";
import { drop, openStudio } from "../tests/e2e/studio.ts";
import { startDocumentedFlow } from "./flow/documented-flow.ts";
import { type Marks, noteMarks, readMarks } from "./flow/marks.ts";
import { median } from "./server.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 9);
const PHOTO_BYTES = 6_000_000;
const THINKING_MS = 8_000;
const UPLINK_MBIT = 10;
const DOWNLINK_MBIT = 50;
const LATENCY_MS = 30;
const PROMPT = "[Push in] the light moves over the hills";

/** `sent` is a part of `accepted`, and `heard` a part of `playing`. */
type Round = { sent: number; accepted: number; heard: number; playing: number };
type Flow = { name: string; run(page: Page, photo: string): Promise<void>; rounds: Round[] };

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(path.join(os.tmpdir(), "bench-flow-"));
stack.defer(() => rm(folder, { recursive: true, force: true }));
const photo = path.join(folder, "photo.jpg");
const photoBytes = await makePhoto(photo);

// Both use one upstream in a separate process, so that the path to it has the same length.
const falFolder = path.join(folder, "fal");
const fal = stack.adopt(await startLocalFalProcess("--data", falFolder), (one) => one.stop());
const app = stack.adopt(
  await startAppServer({ FAL_UPSTREAM: fal.origin, LOG_LEVEL: "silent", STARTS_PER_MINUTE: "100" }),
  (server) => server.stop(),
);
const documented = stack.adopt(await startDocumentedFlow(fal.origin), (page) => page.stop());
const executablePath = await requireBrowser(() => {});
const browser = stack.adopt(
  await chromium.launch({ executablePath, args: browserArgs }),
  (one: Browser) => one.close(),
);

const flows: [Flow, Flow] = [
  { name: "Firstframe's studio", run: runStudio, rounds: [] },
  { name: "the documented flow", run: runDocumented, rounds: [] },
];

const [cpu] = os.cpus();
const [load = 0] = os.loadavg();
console.log(
  `${os.availableParallelism()} × ${cpu?.model.trim()} (load ${load.toFixed(1)}), Node ${process.version}, Chromium ${browser.version()}
A JPEG of ${(photoBytes / 1e6).toFixed(1)} MB; up ${UPLINK_MBIT} Mbit/s, down ${DOWNLINK_MBIT} Mbit/s, ${LATENCY_MS} ms a round trip; ${THINKING_MS / 1000} s from the
drop to the click in both, a fixed wait in the place of typing. Both ask one local fal, a process of its own, which
renders each video; the documented flow goes through fal's bare proxy. ${ROUNDS} rounds in turns, milliseconds.\n`,
);

// The first round does not count: it compiles what later rounds find compiled.
for (let round = 0; round <= ROUNDS; round++) {
  for (const flow of flows) {
    const measured = await measure(flow);
    if (round > 0) flow.rounds.push(measured);
  }
}

print("click → request accepted", { whole: "accepted", part: "sent", until: "sent", aim: 10 });
print("completed upstream → first frame shown", {
  ...{ whole: "playing", part: "heard", until: "the video's address was there", aim: 3 },
});

async function measure({ run }: Flow): Promise<Round> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await noteMarks(page);
    await throttle(page);
    await run(page, photo);
    const marks = await readMarks(page);
    const completedAt = await readCompletedAt(marks);
    return {
      sent: marks.sentAt - marks.clickedAt,
      accepted: marks.acceptedAt - marks.clickedAt,
      heard: marks.loadingAt - completedAt,
      playing: marks.shownAt - completedAt,
    };
  } finally {
    await context.close();
  }
}

async function runStudio(page: Page, file: string) {
  const studio = await openStudio(page, app.origin);
  await drop(page, file, "image/jpeg");
  const droppedAt = Date.now();
  await studio.prompt.pressSequentially(PROMPT, { delay: 50 });
  await delay(droppedAt + THINKING_MS - Date.now());
  await studio.generate.click();
}

async function runDocumented(page: Page, file: string) {
  await page.goto(documented.origin);
  await page.getByLabel("Image").setInputFiles(file);
  const chosenAt = Date.now();
  await page.getByLabel("Prompt").pressSequentially(PROMPT, { delay: 50 });
  await delay(chosenAt + THINKING_MS - Date.now());
  await page.getByRole("button", { name: "Generate" }).click();
}

async function throttle(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    uploadThroughput: (UPLINK_MBIT * 1e6) / 8,
    downloadThroughput: (DOWNLINK_MBIT * 1e6) / 8,
  });
}

/** By the upstream's clock, which is the clock of this machine. */
async function readCompletedAt({ requestId }: Marks): Promise<number> {
  const file = path.join(falFolder, "requests", requestId, "request.json");
  const { state } = JSON.parse(await readFile(file, "utf8")) as { state: { completedAt: string } };
  return Date.parse(state.completedAt);
}

type Row = { whole: keyof Round; part: keyof Round; until: string; aim: number };

function print(title: string, { whole, part, until, aim }: Row) {
  const [ours, theirs] = flows.map(({ rounds }) => rounds.map((round) => round[whole]));
  const times = median(theirs ?? []) / median(ours ?? []);
  console.log(title);
  for (const { name, rounds } of flows) {
    const values = rounds.map((round) => round[whole]);
    const all = values.map((value) => value.toFixed(0)).join(", ");
    const partly = median(rounds.map((round) => round[part])).toFixed(0);
    const middle = median(values).toFixed(0).padStart(7);
    console.log(`  ${name.padEnd(22)}${middle}   (${all}), ${partly} of it until ${until}`);
  }
  const verdict = times >= aim ? "reached" : "not reached";
  console.log(`  ${times.toFixed(1)} times shorter; the aim of ${aim} is ${verdict}\n`);
}

/** A soft picture with noise like that of a sensor, because detail makes a photograph large. */
async function makePhoto(file: string): Promise<number> {
  const [width, height] = [5000, 3300];
  const noise = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "#7a8f9c",
      noise: { type: "gaussian", mean: 128, sigma: 14 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  for (let quality = 90; quality >= 30; quality -= 4) {
    const bytes = await sharp(noise).jpeg({ quality }).toBuffer();
    if (bytes.length > PHOTO_BYTES * 1.1) continue;
    await writeFile(file, bytes);
    return bytes.length;
  }
  throw new Error("The noise is too much for a photograph of that size");
}
