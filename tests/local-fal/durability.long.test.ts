import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { ALL_FORMATS, BufferSource, Input } from "mediabunny";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { render } from "../../lib/local-fal/render/render.ts";
import { connect, makeDirectory, textToVideo } from "./support.ts";

const REQUESTS = 500;
const KILLS = 10;
// Printed when a test fails: the same seed kills the server after the same numbers of renders.
const SEED = 20_261_122;

const submitUrl = `https://queue.fal.run/${textToVideo}`;
const failing = (at: number) => at % 7 === 3;

test(`${REQUESTS} requests end exactly once, in order, through ${KILLS} kills`, async () => {
  const dataDir = await makeDirectory();
  const video = await makeVideo();
  const random = makeRandom(SEED);

  let server = await startServer(dataDir, video);
  const ids: string[] = [];
  const queue = async (count: number) => {
    // One after the other, because the promised order is that of the acknowledgements.
    for (let n = 0; n < count; n++) ids.push(await server.submit(ids.length));
  };
  // The first half is queued at once and the rest between the kills, so some are killed while they are new.
  await queue(REQUESTS / 2);
  for (let kill = 0; kill < KILLS; kill++) {
    await queue(REQUESTS / 2 / KILLS);
    // The moment is a number of finished requests and of turns of the event loop, never a time.
    await server.untilMovedUp(ids.at(-1) ?? "", Math.floor(random() * 25));
    for (let turns = Math.floor(random() * 40); turns > 0; turns--) {
      await new Promise((turn) => setImmediate(turn));
    }
    await server.kill();
    server = await startServer(dataDir, video);
  }
  await server.untilCompleted(ids.at(-1) ?? "");

  const expected = await readFile(video);
  const files = new Set<string>();
  for (const [at, id] of ids.entries()) {
    const { status, body } = await server.readResult(id);
    if (failing(at)) {
      expect([status, body.detail?.[0]?.type], `number ${at}`).toEqual([422, "no_media_generated"]);
      continue;
    }
    expect(status, `number ${at}: ${JSON.stringify(body)}`).toBe(200);
    const url = body.video?.url ?? "";
    const file = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(file.equals(expected), `the file of number ${at} is whole`).toBe(true);
    files.add(url);
  }
  expect(await countFrames(expected)).toBe(141);
  expect(files.size).toBe(ids.filter((_, at) => !failing(at)).length);

  // Each request ends once, and a later process does not change its end.
  const records = await Promise.all(ids.map((id) => readRecord(dataDir, id)));
  await server.kill();
  await startServer(dataDir, video);
  expect(await Promise.all(ids.map((id) => readRecord(dataDir, id)))).toEqual(records);

  expect(new Set(ids).size).toBe(REQUESTS);
  const ends = records.map(({ state }) => state.completedAt);
  expect(ends).toEqual(ends.toSorted());

  // A render that a kill interrupted starts again in its place; a finished one does not.
  const begun = (await readFile(`${dataDir}/rendered.txt`, "utf8")).trim().split("\n");
  const order = begun.map(Number);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(new Set(order).size).toBe(files.size);
  expect(order.length - files.size).toBeLessThanOrEqual(KILLS);
}, 120_000);

/** A real video from the renderer, small because nobody looks at it. */
async function makeVideo(): Promise<string> {
  const directory = await makeDirectory();
  const picture = join(directory, "grey.png");
  const grey = { width: 320, height: 320, channels: 3, background: "#808080" } as const;
  await sharp({ create: grey }).png().toFile(picture);
  const output = join(directory, "grey.mp4");
  await render({ picture, prompt: "", output }, { onProgress: () => {} });
  return output;
}

async function startServer(dataDir: string, video: string) {
  const script = resolve(import.meta.dirname, "durable-server.ts");
  const child: ChildProcess = spawn(process.execPath, [script, dataDir, video], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  if (!child.stdout) throw new Error("The server has no output");
  const [origin] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { call } = connect(origin);

  const streamOf = (id: string) => call(`${submitUrl}/requests/${id}/status/stream`);

  return {
    kill,
    /** Returns the request's id. The prompt decides whether the request fails. */
    async submit(at: number): Promise<string> {
      const prompt = `${at}${failing(at) ? " {{fault: no_media_generated}}" : ""}`;
      const body = JSON.stringify({ prompt });
      const response = await call(submitUrl, { method: "POST", body });
      return ((await response.json()) as { request_id: string }).request_id;
    },
    /** The stream ends with its request, so no polling is necessary. */
    async untilCompleted(id: string) {
      await (await streamOf(id)).text();
    },
    /** Waits until this many requests ahead of it have ended. */
    async untilMovedUp(id: string, count: number) {
      let first: number | undefined;
      const { body } = await streamOf(id);
      for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        for (const [, place] of text.matchAll(/"queue_position":(\d+)/g)) {
          first ??= Number(place);
          if (Number(place) <= first - count) return;
        }
      }
    },
    async readResult(id: string) {
      const response = await call(`${submitUrl}/requests/${id}`);
      return { status: response.status, body: (await response.json()) as Result };
    },
  };
}

type Result = { video?: { url: string }; detail?: { type: string }[] };
type RequestRecord = { state: { completedAt: string } };

async function readRecord(dataDir: string, id: string): Promise<RequestRecord> {
  const text = await readFile(join(dataDir, "requests", id, "request.json"), "utf8");
  return JSON.parse(text) as RequestRecord;
}

async function countFrames(file: Uint8Array): Promise<number | undefined> {
  const input = new Input({ source: new BufferSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  return (await track?.computePacketStats())?.packetCount;
}

/** Mulberry32: the same seed gives the same numbers. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
