import type { Size } from "@/lib/generation";
import { SHORT_SIDE_FLOOR } from "@/lib/models/limits";
import { type Color, readColor } from "./color/read";
import { complete } from "./complete";
import { MAX_PIXELS } from "./fit";
import { HEAD_BYTES, type PictureFormat, readFormat } from "./format";
import { type Header, readHeader } from "./header";
import { type Metadata, readMetadata, stripMetadata } from "./metadata";
import { Refusal } from "./refusal";
import { nameUnreadable } from "./unreadable";

/**
 * A picture that may be decoded. `bytes` contain no metadata, so every decoder shows the picture as stored, not turned.
 * They contain no colour information either, except a profile, which the decoder reads.
 */
export type Inspected = {
  name: string;
  format: PictureFormat;
  bytes: Uint8Array<ArrayBuffer>;
  header: Header;
  metadata: Metadata;
  color: Color;
};

/** Larger than any photograph, and small enough to be in memory twice. */
const MAX_FILE_BYTES = 200 * 1024 * 1024;

/** Checks a file without decoding it. Throws `Refusal`. */
export async function inspect(file: File): Promise<Inspected> {
  // A file that no longer exists has size 0, and an empty slice can be read, so the whole file is read then.
  const head = await readBytes(file.size === 0 ? file : file.slice(0, HEAD_BYTES));
  if (file.size === 0) throw new Refusal("picture_empty");
  const format = readFormat(head);
  if (!format) throw new Refusal("picture_unreadable");
  if (format === "svg") throw new Refusal("picture_is_drawing");
  if (file.size > MAX_FILE_BYTES) throw new Refusal("picture_too_heavy");

  try {
    const found = await readBytes(file);
    const stated = readHeader(format, found);
    if (stated) refuseSize(stated);
    const bytes = await complete(format, found);
    if (!bytes) throw new Refusal("picture_incomplete");
    const header = readHeader(format, bytes);
    if (!header) throw new Refusal("picture_unreadable");
    const metadata = readMetadata(format, bytes);
    const color = await readColor(format, bytes);
    const keepsProfile = color.kind === "profile";
    const stripped = stripMetadata(format, bytes, { keepsProfile });
    return { name: file.name, format, bytes: stripped, header, metadata, color };
  } catch (error) {
    // A field points beyond the end of the file.
    if (error instanceof RangeError) throw new Refusal("picture_incomplete");
    throw error;
  }
}

export function refuseSize({ width, height }: Size) {
  if (width * height > MAX_PIXELS) throw new Refusal("picture_too_many_pixels", { width, height });
  const shortSide = Math.min(width, height);
  if (shortSide > 0 && shortSide <= SHORT_SIDE_FLOOR)
    throw new Refusal("picture_too_small", { width, height });
}

async function readBytes(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new Refusal(nameUnreadable(error));
  }
}
