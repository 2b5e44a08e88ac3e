import type { Row } from "@/lib/browser/library/rows";

/** The film that an arrow key leads to. */
export function findNextFilm(
  key: string,
  from: string,
  order: readonly string[],
  rows: readonly Row[],
  rowOf: ReadonlyMap<string, number>,
): string | undefined {
  const at = rowOf.get(from);
  const own = at === undefined ? undefined : rows[at]?.films.find(({ click }) => click === from);
  if (at === undefined || !own) return undefined;
  switch (key) {
    case "ArrowLeft":
      return order[own.index - 1];
    case "ArrowRight":
      return order[own.index + 1];
    case "Home":
      return order[0];
    case "End":
      return order.at(-1);
    case "ArrowUp":
      return findNearest(
        rows.slice(0, at).findLast(({ films }) => films.length > 0),
        own.left + own.width / 2,
      );
    case "ArrowDown":
      return findNearest(
        rows.slice(at + 1).find(({ films }) => films.length > 0),
        own.left + own.width / 2,
      );
  }
}

function findNearest(row: Row | undefined, middle: number): string | undefined {
  const distance = ({ left, width }: { left: number; width: number }) =>
    Math.abs(left + width / 2 - middle);
  return row?.films.toSorted((a, b) => distance(a) - distance(b))[0]?.click;
}
