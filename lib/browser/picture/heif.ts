import type { Size } from "@/lib/generation";
import { textAt, viewOf } from "@/lib/picture/bytes";
import { boxes, type Part } from "./parts";

// AVIF and HEIC: boxes within boxes, which name items and say where in the file they lie (ISO/IEC 14496-12).

/** A picture is often a grid of tiles and comes with a thumbnail: the largest is the whole. */
export function readLargestItem(bytes: Uint8Array): Size | undefined {
  const view = viewOf(bytes);
  return findBoxes(bytes, "meta", "iprp", "ipco", "ispe")
    .filter(({ body, end }) => end >= body + 12)
    .map(({ body }) => ({ width: view.getUint32(body + 4), height: view.getUint32(body + 8) }))
    .sort((a, b) => b.width * b.height - a.width * a.height)[0];
}

/** The bytes of the first item of this type, as "Exif". */
export function readItem(bytes: Uint8Array, type: string): Uint8Array | undefined {
  const id = findBoxes(bytes, "meta", "iinf", "infe")
    .map(({ body }) => readItemInfo(bytes, body))
    .find((item) => item.type === type)?.id;
  const [location] = findBoxes(bytes, "meta", "iloc");
  if (id === undefined || !location) return undefined;
  const place = readLocations(bytes, location.body).find((one) => one.id === id);
  return place && bytes.subarray(place.start, place.start + place.length);
}

// What stands before the boxes within: a version and flags, and in "iinf" a count.
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

/** Where each item's first extent lies: small items have no other. */
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
  return Array.from({ length: read(idSize) }, () => {
    const id = read(idSize);
    at += version > 0 ? 4 : 2;
    const base = read(baseSize);
    const extents = Array.from({ length: read(2) }, () => {
      at += indexSize;
      return { start: base + read(offsetSize), length: read(lengthSize) };
    });
    return { id, ...(extents[0] ?? { start: 0, length: 0 }) };
  });
}
