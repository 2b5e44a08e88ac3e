import { concat } from "./bytes";

/** Decompresses zlib data as far as possible, up to `most` bytes. */
export async function inflate(packed: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  const reader = new Blob([packed])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"))
    .getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < most) {
      const { value } = await reader.read();
      if (!value) break;
      pieces.push(value);
      length += value.length;
    }
  } catch {
    // The data is cut off, or something else follows it.
  }
  reader.cancel().catch(() => {});
  return concat(pieces);
}
