import "server-only";
import { type FileHandle, open } from "node:fs/promises";
import { VideoUnusableError } from "./file-errors";

// ISO/IEC 14496-12 and QuickTime: what may stand at the top of a file.
const KNOWN = new Set(
  ["ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx", "ssix", "meta", "uuid", "free"].concat([
    ...["skip", "wide", "pnot", "udta", "emsg", "prft", "pdin", "imda"],
  ]),
);
const NEEDED = new Set(["ftyp", "styp", "moov", "moof", "mdat"]);

type Box = { type: string; at: number; end: number; isOpenEnded: boolean };

/** What a file consists of; `undefined` for one that is no MP4 and no QuickTime file. */
export type Boxes = {
  types: string[];
  /** Where a last `mdat` begins that claims more than there is: whether all frames are there, only they can tell. */
  overlong?: number;
};

/**
 * Reads which boxes a file consists of, and puts right what players stumble over: a last box that reaches to the end, whatever
 * that is, gets its size, and bytes behind the last box that are no box are cut off. Throws a `VideoUnusableError` for a file
 * that ends within a box that it needs.
 */
export async function mendBoxes(path: string): Promise<Boxes | undefined> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const boxes: Box[] = [];
    for (let at = 0; at < size; ) {
      const box = await readBox(file, at, size);
      if (boxes.length === 0 && !(box && KNOWN.has(box.type))) return undefined;
      if (box && box.end > size && NEEDED.has(box.type)) {
        if (box.type !== "mdat" || !boxes.some(({ type }) => type === "moov"))
          throw new VideoUnusableError("The file is cut short.");
        return { types: [...boxes, box].map(({ type }) => type), overlong: at };
      }
      if (!box || box.end > size) {
        await file.truncate(at);
        break;
      }
      if (box.isOpenEnded) await writeSize(file, box);
      boxes.push(box);
      at = box.end;
    }
    return { types: boxes.map(({ type }) => type) };
  } finally {
    await file.close();
  }
}

/** Gives a last box that claims more than there is the size that it has. */
export async function closeBoxAt(path: string, at: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    await writeSize(file, { at, end: size });
  } finally {
    await file.close();
  }
}

async function readBox(file: FileHandle, at: number, fileSize: number): Promise<Box | undefined> {
  const header = Buffer.alloc(16);
  const { bytesRead } = await file.read(header, 0, 16, at);
  if (bytesRead < 8) return undefined;
  const size = header.readUInt32BE(0);
  const type = header.toString("latin1", 4, 8);
  // 0 reaches to the end of the file, 1 is followed by 64 bits.
  const isOpenEnded = size === 0;
  if (isOpenEnded) return KNOWN.has(type) ? { type, at, end: fileSize, isOpenEnded } : undefined;
  const isLong = size === 1;
  if (isLong && bytesRead < 16) return undefined;
  const length = isLong ? Number(header.readBigUInt64BE(8)) : size;
  const isBox = length >= (isLong ? 16 : 8) && /^[\x20-\x7e\xa9]{4}$/.test(type);
  return isBox ? { type, at, end: at + length, isOpenEnded } : undefined;
}

async function writeSize(file: FileHandle, { at, end }: Pick<Box, "at" | "end">): Promise<void> {
  const header = Buffer.alloc(16);
  await file.read(header, 0, 16, at);
  if (header.readUInt32BE(0) === 1) {
    header.writeBigUInt64BE(BigInt(end - at), 8);
    await file.write(header, 8, 8, at + 8);
  } else {
    header.writeUInt32BE(end - at);
    await file.write(header, 0, 4, at);
  }
}
