import { expect, test } from "vitest";
import { findNextFilm } from "@/components/library/next-film";
import { makeRows } from "@/lib/browser/library/rows";
import type { Generation } from "@/lib/generation";

const room = { width: 400, row: 100, gap: 10, heading: 28, top: 0 };

/** A day of films with these ratios. */
function dayOf(key: string, ratios: readonly number[]) {
  const items = ratios.map((ratio, at) => ({
    log: [],
    generation: {
      click: `${key}${at}`,
      picture: { width: ratio * 1_000, height: 1_000 },
    } as Generation,
  }));
  return { key, label: key, items };
}

test("full rows take the whole width with whole pictures, and the last row of a day is not enlarged", () => {
  const rows = makeRows([dayOf("a", [1.5, 1, 1, 1.5, 0.1, 9, 1])], room).filter(
    ({ films }) => films.length > 0,
  );
  expect(rows.flatMap(({ films }) => films.map(({ index }) => index))).toEqual([
    0, 1, 2, 3, 4, 5, 6,
  ]);
  for (const { films, height } of rows.slice(0, -1)) {
    const last = films.at(-1);
    expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(room.width);
    expect(height).toBeGreaterThanOrEqual(room.row);
  }
  // The last row of a day is not enlarged.
  expect(rows.at(-1)).toMatchObject({ height: room.row });
});

test("a picture that is wider than the page fits into it", () => {
  const rows = makeRows([dayOf("a", [2.6])], { ...room, width: 200 });
  expect(rows[1]?.films[0]?.width).toBeCloseTo(200);
});

test("the arrow keys go through rows that are not drawn, across days", () => {
  const rows = makeRows([dayOf("a", [1, 1, 1, 1, 1]), dayOf("b", [2, 1])], room);
  const order = rows.flatMap(({ films }) => films.map(({ click }) => click));
  const rowOf = new Map(
    rows.flatMap(({ films }, at) => films.map(({ click }) => [click, at] as const)),
  );
  const next = (key: string, from: string) => findNextFilm(key, from, order, rows, rowOf);
  expect(next("ArrowDown", "a2")).toBe("a4");
  expect(next("ArrowDown", "a3")).toBe("b0");
  expect(next("ArrowUp", "b1")).toBe("a4");
  expect(next("ArrowRight", "a4")).toBe("b0");
  expect(next("ArrowUp", "a0")).toBeUndefined();
  expect(next("End", "a0")).toBe("b1");
  expect(next("Home", "b1")).toBe("a0");
});
