import "server-only";
import type { BigIntStats } from "node:fs";
import {
  type FileHandle,
  mkdir,
  open,
  opendir,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
} from "node:fs/promises";
import path from "node:path";
import { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { Range } from "@/lib/net/range";
import type { ListedFile, MediaStore, StoredFile } from "./store.ts";

// This is longer than any download that is still running.
const SCRATCH_KEPT_MS = 24 * 60 * 60 * 1000;

// In a measurement, 64 kB halved the rate of a single reader, and 1 MB did not raise it.
const CHUNK_BYTES = 512 * 1024;

/** Opens a store with one file for each key in `folder`. */
export async function openDiskStore(folder: string): Promise<MediaStore> {
  // The scratch folder is inside, and so on the same volume, because a file is stored by renaming it.
  const scratchDir = await openScratchDir(path.join(folder, ".scratch"));
  // The folder is known only at run time. Without the mark, the bundler would trace the whole project.
  const pathOf = (key: string) => path.join(/* turbopackIgnore: true */ folder, requireKey(key));

  return {
    scratchDir,
    async put(key, source) {
      const target = pathOf(key);
      await flush(source);
      await moveInto(target, source);
    },
    stat: (key) => findFile(pathOf(key)),
    read: (key, range) => toStream(readChunks(pathOf(key), range)),
    async remove(key) {
      const target = pathOf(key);
      await rm(target, { force: true });
      await removeEmptyFolder(path.dirname(target));
    },
    list: () => listFiles(folder),
  };
}

async function* listFiles(folder: string): AsyncGenerator<ListedFile> {
  for await (const { name, isDirectory } of readFolder(folder)) {
    if (!isDirectory || name.startsWith(".")) continue;
    for await (const file of readFolder(path.join(/* turbopackIgnore: true */ folder, name))) {
      const key = `${name}/${file.name}`;
      const found = await findFile(path.join(/* turbopackIgnore: true */ folder, key));
      if (found) yield { key, bytes: found.bytes, modifiedAt: found.modifiedAt };
    }
  }
}

async function* readFolder(folder: string) {
  const entries = await opendir(folder).catch((error: unknown) => {
    // It was removed meanwhile.
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  for await (const entry of entries) yield { name: entry.name, isDirectory: entry.isDirectory() };
}

/** Creates the folder for incoming files, and removes files that a crash left there. */
export async function openScratchDir(scratchDir: string): Promise<string> {
  await mkdir(scratchDir, { recursive: true, mode: 0o700 });
  const before = Date.now() - SCRATCH_KEPT_MS;
  const names = await readdir(scratchDir);
  await Promise.all(names.map((name) => removeIfOlder(path.join(scratchDir, name), before)));
  return scratchDir;
}

/** Throws unless the key is `folder/name`, so that no key leads out of the store. */
export function requireKey(key: string): string {
  if (!/^[\w-]+\/[\w-][\w.-]*$/.test(key)) throw new Error(`Not a media key: ${key}`);
  return key;
}

async function removeIfOlder(file: string, before: number) {
  const found = await findStats(file);
  if (found && found.mtimeMs < before) await rm(file, { recursive: true, force: true });
}

// This comes before the renaming. Otherwise a power cut could leave the name with an incomplete file.
async function flush(file: string) {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function moveInto(target: string, source: string) {
  const move = async () => {
    await mkdir(path.dirname(target), { recursive: true });
    await rename(source, target);
  };
  try {
    await move();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    // A concurrent remove() may delete the folder before the file is in it.
    await move();
  }
}

async function findFile(file: string): Promise<StoredFile | undefined> {
  const found = await findStats(file);
  if (!found?.isFile()) return undefined;
  // The tag includes the inode, because two files of one size can be written within one tick of the file system's clock.
  const etag = `"${[found.size, found.mtimeNs, found.ino].map((n) => n.toString(36)).join("-")}"`;
  return { bytes: Number(found.size), etag, modifiedAt: found.mtime };
}

async function findStats(file: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

async function removeEmptyFolder(folder: string) {
  try {
    await rmdir(folder);
  } catch (error) {
    // Some systems report the last two codes if the folder is not empty.
    if (!hasCode(error, "ENOENT", "ENOTEMPTY", "EEXIST", "EPERM")) throw error;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

// The reader pulls one chunk at a time. The file is opened only for the first, and each chunk waits for its reader.
function toStream(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return NodeReadableStream.from(chunks) as ReadableStream<Uint8Array>;
}

async function* readChunks(file: string, range?: Range): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    const end = range?.end ?? (await handle.stat()).size - 1;
    for (let at = range?.start ?? 0; at <= end; ) {
      const chunk = await readChunk(handle, at, Math.min(CHUNK_BYTES, end + 1 - at));
      at += chunk.length;
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}

async function readChunk(handle: FileHandle, at: number, bytes: number): Promise<Uint8Array> {
  // Each chunk needs its own buffer, because the socket may still hold the one before.
  const buffer = Buffer.allocUnsafeSlow(bytes);
  const { bytesRead } = await handle.read(buffer, 0, bytes, at);
  if (bytesRead === 0) throw new Error("The file ends before its range");
  return buffer.subarray(0, bytesRead);
}
