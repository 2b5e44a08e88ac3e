import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, get } from "node:http";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { render } from "../lib/local-fal/render/render.ts";

const RUNS = 7;
const FRAMES = 141;
const picture = path.resolve(import.meta.dirname, "../tests/photos/rocket.jpg");
const run = promisify(execFile);

const folder = await mkdtemp(path.join(os.tmpdir(), "bench-"));
try {
  await main();
} finally {
  await rm(folder, { recursive: true });
}

async function main() {
  const [cpu] = os.cpus();
  console.log(`${os.availableParallelism()} × ${cpu?.model.trim()}, Node ${process.version}`);
  console.log(`rocket.jpg, 1280 × 854, ${FRAMES} frames, zoom 1 → 1.13, H.264 superfast CRF 23\n`);

  const contestants = [
    { name: "Firstframe", seconds: [] as number[], run: () => renderOurs() },
    { name: "ffmpeg zoompan", seconds: [] as number[], run: () => renderWithFfmpeg(1) },
    { name: "ffmpeg zoompan, 2× first", seconds: [] as number[], run: () => renderWithFfmpeg(2) },
  ];
  const version = await findFfmpeg();
  if (!version) {
    console.log("ffmpeg isn't installed: there is nothing to compare with.\n");
    contestants.length = 1;
  }

  // Alternating, so that other programs on the machine slow all of them equally.
  for (let n = 0; n < RUNS; n++) {
    for (const contestant of contestants) contestant.seconds.push(await time(contestant.run));
  }
  const ours = median(contestants[0]?.seconds ?? []);
  for (const { name, seconds } of contestants) {
    const middle = median(seconds);
    const speed = `${(FRAMES / middle).toFixed(0)} frames/s`.padStart(13);
    const ratio =
      name === "Firstframe" ? "" : `  Firstframe is ${(middle / ours).toFixed(2)}× as fast`;
    const range = `${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)} s`;
    console.log(
      `${name.padEnd(26)}${speed}  median ${middle.toFixed(2)} s of ${RUNS} (${range})${ratio}`,
    );
  }
  if (version) {
    console.log(`\n${version}\nffmpeg ${ffmpegArguments(1).join(" ")}`);
    console.log(
      "zoompan steps in whole pixels; doubling the picture first is the usual remedy for its jitter.",
    );
  }
  console.log(`\n${await measureAnswers()}`);
}

function renderOurs() {
  return render(
    { picture, prompt: "", output: path.join(folder, "ours.mp4") },
    { onProgress() {} },
  );
}

async function findFfmpeg(): Promise<string | undefined> {
  return run("ffmpeg", ["-version"]).then(
    ({ stdout }) => stdout.split("\n")[0],
    () => undefined,
  );
}

function renderWithFfmpeg(enlarged: number) {
  return run("ffmpeg", ffmpegArguments(enlarged));
}

function ffmpegArguments(enlarged: number): string[] {
  const zoom = `z='1+0.13*on/${FRAMES - 1}':x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)'`;
  const filters = [
    `scale=${1280 * enlarged}:${854 * enlarged}:flags=lanczos`,
    `zoompan=${zoom}:d=${FRAMES}:s=1280x854:fps=25`,
    "format=yuv420p",
  ];
  const encoder = ["-c:v", "libx264", "-preset", "superfast", "-tune", "zerolatency", "-crf", "23"];
  const input = ["-v", "error", "-y", "-i", picture, "-vf", filters.join(",")];
  return [...input, ...encoder, "-movflags", "+faststart", path.join(folder, "ffmpeg.mp4")];
}

/** Measures how long a server in this process takes to answer while it renders. */
async function measureAnswers(): Promise<string> {
  const server = createServer((_, response) => response.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");

  const waits: number[] = [];
  let busy = 2;
  const renders = Array.from({ length: busy }, () => renderOurs().finally(() => busy--));
  while (busy > 0) {
    const start = performance.now();
    await new Promise((resolve, reject) => {
      get({ port: address.port, host: "127.0.0.1" }, (response) =>
        response.resume().on("end", resolve),
      ).on("error", reject);
    });
    waits.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(renders);
  server.close();
  waits.sort((a, b) => a - b);
  const at = (share: number) =>
    `${(waits[Math.floor(share * (waits.length - 1))] ?? 0).toFixed(1)} ms`;
  return `HTTP answers during two renders at once: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} (${waits.length})`;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
