import type { Generation } from "@/lib/generation";
import type { Day } from "./days";

/** The room that the rows have, in pixels. */
export type Room = { width: number; row: number; gap: number; heading: number; top: number };

export type RowFilm = { click: string; index: number; left: number; width: number };

/** The heading of a day, or films side by side that fill the width. */
export type Row = { key: string; label?: string; height: number; films: readonly RowFilm[] };

/** Panoramas and slim pictures keep their shape up to here, so that a row stays a row. */
const [SLIMMEST, WIDEST] = [0.45, 2.6];

export function ratioOf({ picture }: Generation): number {
  const ratio = picture && picture.height > 0 ? picture.width / picture.height : 1.6;
  return Math.min(WIDEST, Math.max(SLIMMEST, ratio));
}

type Pending = { click: string; index: number; ratio: number };

/** Puts the films of each day into rows of whole pictures. The last row of a day need not fill the width. */
export function makeRows(days: readonly Day[], room: Room): Row[] {
  const rows: Row[] = [];
  let index = 0;
  for (const { key, label, items } of days) {
    rows.push({ key, label, height: room.heading, films: [] });
    let pending: Pending[] = [];
    let used = 0;
    for (const { generation } of items) {
      const ratio = ratioOf(generation);
      const needed = ratio * room.row;
      if (pending.length > 0 && used + room.gap + needed > room.width) {
        rows.push(fillRow(pending, room, true));
        [pending, used] = [[], 0];
      }
      used += (pending.length > 0 ? room.gap : 0) + needed;
      pending.push({ click: generation.click, index, ratio });
      index += 1;
    }
    rows.push(fillRow(pending, room, used > room.width));
  }
  return rows;
}

function fillRow(films: readonly Pending[], room: Room, isFull: boolean): Row {
  const ratios = films.reduce((sum, { ratio }) => sum + ratio, 0);
  const height = isFull ? (room.width - room.gap * (films.length - 1)) / ratios : room.row;
  let left = 0;
  const placed = films.map(({ click, index, ratio }) => {
    const film = { click, index, left, width: ratio * height };
    left += film.width + room.gap;
    return film;
  });
  return { key: `films of ${films[0]?.click}`, height, films: placed };
}
