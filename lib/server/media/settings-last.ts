import "server-only";
import { type FileHandle, open } from "node:fs/promises";
import { measureSettingsBox, SETTINGS_TAIL_BYTES } from "@/lib/video/settings-box";
import { VideoUnusableError } from "./file-errors";

/**
 * Writes a box of settings at the end of the file and replaces an earlier one. Frames stay where they are.
 */
export async function putSettingsLast(path: string, box: Uint8Array): Promise<void> {
  const file = await open(path, "r+");
  try {
    let { size } = await file.stat();
    for (let old = await measureLast(file, size); old > 0; old = await measureLast(file, size)) {
      size -= old;
      await file.truncate(size);
    }
    await closeLastBox(file, size);
    await file.write(box, 0, box.length, size);
  } finally {
    await file.close();
  }
}

async function measureLast(file: FileHandle, size: number): Promise<number> {
  const tail = new Uint8Array(Math.min(size, SETTINGS_TAIL_BYTES));
  await file.read(tail, 0, tail.length, size - tail.length);
  return measureSettingsBox(tail);
}

// A last box without a size would include whatever is appended to the file.
async function closeLastBox(file: FileHandle, size: number): Promise<void> {
  for (let at = 0; at + 8 <= size; ) {
    const { end, isOpenEnded } = await readBox(file, at, size);
    if (isOpenEnded) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(size - at);
      await file.write(length, 0, 4, at);
    }
    if (end <= at) throw new VideoUnusableError("The file is cut short.");
    at = end;
  }
}

async function readBox(file: FileHandle, at: number, fileSize: number) {
  const header = Buffer.alloc(16);
  await file.read(header, 0, 16, at);
  const size = header.readUInt32BE(0);
  const type = header.toString("latin1", 4, 8);
  // ISO 14496-12: 0 means up to the end of the file, and 1 means that a size of 64 bits follows.
  const isOpenEnded = size === 0;
  if (isOpenEnded) return { type, end: fileSize, isOpenEnded };
  const length = size === 1 ? Number(header.readBigUInt64BE(8)) : size;
  return { type, end: at + length, isOpenEnded };
}
