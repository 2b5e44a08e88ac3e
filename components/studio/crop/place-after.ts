const STEP = 0.02;
const LEAP = 0.1;

/** Where a key moves the frame from `place`; `undefined` for a key that does not move it. */
export function placeAfter(key: string, place: number): number | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return place + STEP;
    case "ArrowLeft":
    case "ArrowUp":
      return place - STEP;
    case "PageDown":
      return place + LEAP;
    case "PageUp":
      return place - LEAP;
    case "Home":
      return 0;
    case "End":
      return 1;
  }
}
