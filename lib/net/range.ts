export type Range = { start: number; end: number };

/**
 * Parses a Range header for a file of `size` bytes. Returns undefined for "the whole file": RFC 9110 lets a server
 * ignore a unit, a syntax or a list of ranges that it does not support.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): Range | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;

  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, end };
}
