import "server-only";
import { open } from "node:fs/promises";
import { VideoUnusableError } from "./file-errors";

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;

/** Throws a `VideoUnusableError` for a WebM or Matroska file that is shorter than it says. */
export async function requireWholeMatroska(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(256);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    let at = 0;
    while (at + 12 <= bytesRead) {
      const id = head.readUInt32BE(at);
      if (id !== EBML && id !== SEGMENT) return;
      const { length, width } = readLength(head, at + 4);
      at += 4 + width + (length ?? 0);
      // A file that was recorded live does not state its length.
      if (length === undefined) return;
      if (at > size) throw new VideoUnusableError("The file is cut short.");
    }
  } finally {
    await file.close();
  }
}

/** RFC 8794: the leading zeros of the first byte give the length of the number. If all bits are one, it is unknown. */
function readLength(bytes: Buffer, at: number): { length?: number; width: number } {
  const width = Math.clz32(bytes[at] ?? 0) - 23;
  if (width > 8) return { width: 8 };
  let length = BigInt((bytes[at] ?? 0) & (0xff >> width));
  for (let n = 1; n < width; n++) length = (length << 8n) | BigInt(bytes[at + n] ?? 0);
  const isUnknown = length === (1n << BigInt(7 * width)) - 1n;
  return isUnknown ? { width } : { length: Number(length), width };
}
