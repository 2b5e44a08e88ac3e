import "server-only";
import { type FileHandle, open } from "node:fs/promises";
import { VideoUnusableError } from "./file-errors";

// The boxes that ISO/IEC 14496-12 and QuickTime allow at the top level of a file.
const KNOWN = new Set(
  ["ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx", "ssix", "meta", "uuid", "free"].concat([
    ...["skip", "wide", "pnot", "udta", "emsg", "prft", "pdin", "imda"],
  ]),
);
const NEEDED = new Set(["ftyp", "styp", "moov", "moof", "mdat"]);

type Box = { type: string; at: number; end: number; isOpenEnded: boolean };

/** The boxes of a file; `undefined` if it is neither an MP4 nor a QuickTime file. */
export type Boxes = {
  types: string[];
  /** The start of a last `mdat` that claims more bytes than there are. Only reading the frames shows whether all are there. */
  overlong?: number;
};

/**
 * Reads the boxes of a file and corrects what some players reject: a last box without a size gets one, and bytes behind the
 * last box are cut off. Throws a `VideoUnusableError` if the file ends inside a box that it needs.
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

/** Writes the real size of a last box that claims more bytes than there are. */
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
  // 0 means up to the end of the file, and 1 means that a size of 64 bits follows.
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
