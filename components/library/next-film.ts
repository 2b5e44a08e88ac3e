/** The film that an arrow key leads to. */
export function findNextFilm(
  key: string,
  from: string,
  order: readonly string[],
  buttons: ReadonlyMap<string, HTMLElement>,
): string | undefined {
  const at = order.indexOf(from);
  switch (key) {
    case "ArrowLeft":
      return order[at - 1];
    case "ArrowRight":
      return order[at + 1];
    case "Home":
      return order[0];
    case "End":
      return order.at(-1);
    case "ArrowUp":
      return findInRow(order.slice(0, at).toReversed(), from, buttons);
    case "ArrowDown":
      return findInRow(order.slice(at + 1), from, buttons);
  }
}

/** In the nearest other row, the film that is nearest to the middle of this one. */
function findInRow(
  candidates: readonly string[],
  from: string,
  buttons: ReadonlyMap<string, HTMLElement>,
): string | undefined {
  const own = buttons.get(from)?.getBoundingClientRect();
  if (!own) return undefined;
  const middle = own.left + own.width / 2;
  let row: number | undefined;
  let best: { click: string; distance: number } | undefined;
  for (const click of candidates) {
    const box = buttons.get(click)?.getBoundingClientRect();
    if (!box || Math.abs(box.top - own.top) < 4) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) >= 4) break;
    const distance = Math.abs(box.left + box.width / 2 - middle);
    if (!best || distance < best.distance) best = { click, distance };
  }
  return best?.click;
}
