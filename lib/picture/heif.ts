import type { Size } from "@/lib/generation";
import { textAt, viewOf } from "./bytes";
import { boxes, type Part } from "./parts";

// AVIF and HEIC: nested boxes that name items and say where they are in the file (ISO/IEC 14496-12).

/** A picture is often a grid of tiles with a thumbnail. The largest item is the whole picture. */
export function readLargestItem(bytes: Uint8Array): Size | undefined {
  const view = viewOf(bytes);
  return findBoxes(bytes, "meta", "iprp", "ipco", "ispe")
    .filter(({ body, end }) => end >= body + 12)
    .map(({ body }) => ({ width: view.getUint32(body + 4), height: view.getUint32(body + 8) }))
    .sort((a, b) => b.width * b.height - a.width * a.height)[0];
}

/** Returns the boxes that describe the picture itself, not a thumbnail, a tile or a depth map beside it. */
export function readProperties(bytes: Uint8Array): Part[] {
  const [all] = findBoxes(bytes, "meta", "iprp", "ipco");
  if (!all) return [];
  const properties = [...boxes(bytes, all.body, all.end)].filter(({ end }) => end <= bytes.length);
  const id = readPrimary(bytes);
  const own = readAssociations(bytes).find((one) => one.id === id);
  const found = own?.properties
    .map((place) => properties[place - 1])
    .filter((one) => one !== undefined);
  return found ?? properties;
}

/** Returns the bits per number in a HEIC (ISO/IEC 14496-15, 8.3.3.1). */
export function readDepth(bytes: Uint8Array): number {
  const [configuration] = findBoxes(bytes, "meta", "iprp", "ipco", "hvcC");
  return 8 + (configuration ? (bytes[configuration.body + 17] ?? 0) & 7 : 0);
}

/** Whether the file contains all bytes of its items. */
export function hasAllItems(bytes: Uint8Array): boolean {
  const [location] = findBoxes(bytes, "meta", "iloc");
  if (!location || location.end > bytes.length) return false;
  return readLocations(bytes, location.body).every(
    ({ isInFile, end }) => !isInFile || end <= bytes.length,
  );
}

function readPrimary(bytes: Uint8Array): number | undefined {
  const [primary] = findBoxes(bytes, "meta", "pitm");
  if (!primary) return undefined;
  const view = viewOf(bytes);
  return bytes[primary.body] === 0
    ? view.getUint16(primary.body + 4)
    : view.getUint32(primary.body + 4);
}

/** Which properties belong to which item, by their positions, counted from 1. */
function readAssociations(bytes: Uint8Array): { id: number; properties: number[] }[] {
  const view = viewOf(bytes);
  return findBoxes(bytes, "meta", "iprp", "ipma").flatMap(({ body }) => {
    const [idSize, isLong] = [bytes[body] === 0 ? 2 : 4, ((bytes[body + 3] ?? 0) & 1) === 1];
    let at = body + 8;
    return Array.from({ length: Math.min(view.getUint32(body + 4), bytes.length) }, () => {
      const id = idSize === 2 ? view.getUint16(at) : view.getUint32(at);
      const count = view.getUint8(at + idSize);
      at += idSize + 1;
      const properties = Array.from({ length: count }, () => {
        at += isLong ? 2 : 1;
        return isLong ? view.getUint16(at - 2) & 0x7fff : view.getUint8(at - 1) & 0x7f;
      });
      return { id, properties };
    });
  });
}

/** Returns the bytes of the first item of this type, such as "Exif". */
export function readItem(bytes: Uint8Array, type: string): Uint8Array | undefined {
  const id = findBoxes(bytes, "meta", "iinf", "infe")
    .map(({ body }) => readItemInfo(bytes, body))
    .find((item) => item.type === type)?.id;
  const [location] = findBoxes(bytes, "meta", "iloc");
  if (id === undefined || !location) return undefined;
  const place = readLocations(bytes, location.body).find((one) => one.id === id);
  return place && bytes.subarray(place.start, place.start + place.length);
}

// The bytes before the inner boxes: a version and flags, and in "iinf" also a count.
const headBytes: Record<string, number> = { meta: 4, iinf: 6 };

function findBoxes(bytes: Uint8Array, ...path: string[]): Part[] {
  const whole: Part = { name: "", start: 0, body: 0, end: bytes.length };
  return path.reduce(
    (outer, wanted) =>
      outer.flatMap(({ name, body, end }) =>
        [...boxes(bytes, body + (headBytes[name] ?? 0), end)].filter((box) => box.name === wanted),
      ),
    [whole],
  );
}

function readItemInfo(bytes: Uint8Array, at: number) {
  const view = viewOf(bytes);
  return bytes[at] === 3
    ? { id: view.getUint32(at + 4), type: textAt(bytes, at + 10, 4) }
    : { id: view.getUint16(at + 4), type: textAt(bytes, at + 8, 4) };
}

/** The position of each item's first extent. Small items have only one. */
function readLocations(bytes: Uint8Array, body: number) {
  const view = viewOf(bytes);
  const version = bytes[body] ?? 0;
  const sizes = view.getUint16(body + 4);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version > 0 ? sizes & 15 : 0;
  let at = body + 6;
  const read = (size: number) => {
    at += size;
    if (size === 8) return Number(view.getBigUint64(at - 8));
    return size === 4 ? view.getUint32(at - 4) : size === 2 ? view.getUint16(at - 2) : 0;
  };

  const idSize = version === 2 ? 4 : 2;
  return Array.from({ length: Math.min(read(idSize), bytes.length) }, () => {
    const id = read(idSize);
    // The construction method comes before the file reference. Only method 0 means a position in this file.
    const isInFile = version === 0 || (view.getUint16(at) & 15) === 0;
    at += version > 0 ? 4 : 2;
    const base = read(baseSize);
    const extents = Array.from({ length: read(2) }, () => {
      at += indexSize;
      return { start: base + read(offsetSize), length: read(lengthSize) };
    });
    const end = Math.max(0, ...extents.map(({ start, length }) => start + length));
    return { id, isInFile, end, ...(extents[0] ?? { start: 0, length: 0 }) };
  });
}
