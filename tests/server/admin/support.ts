import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { GenerationEvent } from "@/lib/generation";
import { posterKey, videoKey } from "@/lib/server/generations/archive/media-keys";
import type { MediaStore } from "@/lib/server/media/store";
import type { Services } from "@/lib/server/services";
import { publish } from "@/lib/server/shares/publish";
import { addGeneration, makeFolder } from "../generations/support";

const root = resolve(import.meta.dirname, "../../..");

export const VIDEO_BYTES = 4_000;

/** The bytes of a generation's video in a test: others for each, so that a file in the wrong place is found. */
export function videoOf(id: string): Buffer {
  const hash = createHash("sha256").update(id).digest();
  return Buffer.concat(Array.from({ length: VIDEO_BYTES / hash.length }, () => hash));
}

/** Records a video that is stored with its poster. */
export async function addVideo(services: Services, owner = "ann"): Promise<string> {
  const events: GenerationEvent[] = [
    { type: "accepted", requestId: crypto.randomUUID() },
    { type: "succeeded", video: { url: "https://v3.fal.media/files/b/one.mp4" } },
  ];
  const id = await addGeneration(services, events, { owner });
  await storeFile(services.media, videoKey(id), videoOf(id));
  await storeFile(services.media, posterKey(id), Buffer.from(`poster of ${id}`));
  const { report } = await import("@/lib/server/generations/records/report");
  await report(services, id, {
    type: "archived",
    video: {
      ...{ url: "https://v3.fal.media/files/b/one.mp4", contentType: "video/mp4" },
      bytes: VIDEO_BYTES,
    },
  });
  return id;
}

export async function shareVideo(services: Services, id: string, owner = "ann"): Promise<string> {
  return (await publish(services, owner, id, {})).slug;
}

export async function storeFile(media: MediaStore, key: string, bytes: Buffer): Promise<void> {
  const file = join(media.scratchDir, crypto.randomUUID());
  await writeFile(file, bytes);
  await media.put(key, file, "video/mp4");
}

export async function readFileOf(media: MediaStore, key: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(media.read(key)));
}

export type Environment = Record<string, string>;

function toEnv(env: Environment): NodeJS.ProcessEnv {
  return { NODE_ENV: "test", PATH: process.env.PATH, ...env };
}

type Ended = { code: number; output: string };

function commandOf(args: readonly string[]): string[] {
  return ["--conditions=react-server", join(root, "scripts/admin.ts"), ...args];
}

/** Runs `npm run admin` in a folder without settings, as an operator does. */
export async function admin(env: Environment, ...args: string[]): Promise<Ended> {
  const run = promisify(execFile);
  const options = { cwd: await makeFolder(), env: toEnv(env) };
  try {
    const { stdout, stderr } = await run(process.execPath, commandOf(args), options);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

/** Runs it and kills it, as `kill -9` does, once it has printed that many lines. Returns whether it was killed in time. */
export async function killAdmin(env: Environment, lines: number, ...args: string[]) {
  const child = spawn(process.execPath, commandOf(args), {
    cwd: await makeFolder(),
    env: toEnv(env),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
    if (text.split("\n").length > lines) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "exit");
  return signal === "SIGKILL";
}
