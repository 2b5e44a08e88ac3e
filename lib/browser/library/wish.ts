import { monthRange } from "./days";
import type { LibraryQuery } from "./library";

/** What the visitor wants to see of the library, as its fields and the address of the page hold it. */
export type Wish = {
  q: string;
  marks: readonly Mark[];
  shape: "" | "landscape" | "portrait" | "square";
  model: string;
  /** `2026-03`. */
  month: string;
};

export const marks = ["starred", "shared", "sound", "running", "not-made"] as const;
export type Mark = (typeof marks)[number];

export const NO_WISH: Wish = { q: "", marks: [], shape: "", model: "", month: "" };

const MOST_CHARACTERS = 2_000;

/** Reads the address of the page. What is not understood is left out. */
export function readWish(search: string): Wish {
  const fields = new URLSearchParams(search);
  const given = fields.get("show")?.split(",") ?? [];
  const shape = fields.get("shape") ?? "";
  const month = fields.get("month") ?? "";
  return {
    q: (fields.get("q") ?? "").slice(0, MOST_CHARACTERS),
    marks: marks.filter((mark) => given.includes(mark)),
    shape: shape === "landscape" || shape === "portrait" || shape === "square" ? shape : "",
    model: (fields.get("model") ?? "").slice(0, 200),
    month: /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? month : "",
  };
}

/** The part of the address after its `?`; empty without a wish. */
export function writeWish({ q, marks, shape, model, month }: Wish): string {
  const fields = { q: q.trim(), show: marks.join(","), shape, model, month };
  const given = Object.entries(fields).filter(([, value]) => value !== "");
  return new URLSearchParams(given).toString();
}

/** The same as the server takes it. */
export function toQuery({ q, marks, shape, model, month }: Wish): LibraryQuery {
  const range = month ? monthRange(month) : undefined;
  const filter = [
    ...marks,
    shape,
    model && `model:${model}`,
    range && `from:${range.from}`,
    range && `to:${range.to}`,
  ].filter(Boolean);
  return { q: q.slice(0, MOST_CHARACTERS), filter: filter.join(",") };
}

export function isEmptyWish(wish: Wish): boolean {
  return writeWish(wish) === "";
}
