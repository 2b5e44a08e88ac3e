import sharp from "sharp";
import { createDice, type Dice } from "./dice.ts";
import { fitFrame, type Picture, scale } from "./picture.ts";

const size = { width: 1280, height: 720 };
const SVG_DENSITY = 72;

/**
 * Paints a landscape at dusk for a prompt without a picture. The same prompt and seed always give the same landscape.
 */
export function paint(prompt: string, longSide: number, seed?: number): Promise<Picture> {
  const words = seed === undefined ? prompt : `${prompt} ${seed}`;
  const landscape = Buffer.from(drawLandscape(createDice(words)));
  // Drawn at the size that is needed, because enlarging it afterwards would blur it.
  const density = (SVG_DENSITY * longSide) / size.width;
  return scale(sharp(landscape, { density }), fitFrame(size, longSide));
}

function drawLandscape(roll: Dice): string {
  const { width, height } = size;
  const hue = roll(200, 345);
  const horizon = roll(0.52, 0.66) * height;
  const sun = { x: roll(0.2, 0.8) * width, y: horizon - roll(0.02, 0.3) * height, r: roll(36, 84) };
  const glow = roll(8, 48);
  const hills = Array.from({ length: 5 }, (_, n) => drawHill(roll, hue, horizon, n / 4));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs>
      <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stop-color="hsl(${hue}, 48%, 14%)"/>
        <stop offset="0.45" stop-color="hsl(${hue + 14}, 42%, 40%)"/>
        <stop offset="0.75" stop-color="hsl(${glow}, 74%, 72%)"/>
      </linearGradient>
      <radialGradient id="halo">
        <stop offset="0" stop-color="hsl(${glow}, 100%, 92%)" stop-opacity="0.85"/>
        <stop offset="0.25" stop-color="hsl(${glow}, 95%, 80%)" stop-opacity="0.35"/>
        <stop offset="1" stop-color="hsl(${glow}, 90%, 70%)" stop-opacity="0"/>
      </radialGradient>
    </defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    ${drawStars(roll, horizon)}
    <circle cx="${sun.x}" cy="${sun.y}" r="${sun.r * 6}" fill="url(#halo)"/>
    <circle cx="${sun.x}" cy="${sun.y}" r="${sun.r}" fill="hsl(${glow}, 100%, 94%)"/>
    ${hills.join("\n")}
  </svg>`;
}

function drawHill(roll: Dice, hue: number, horizon: number, nearness: number): string {
  const { width, height } = size;
  const base = horizon + nearness ** 1.3 * (height - horizon) * 0.78;
  const waves = [1, 2.3, 5.1, 11.7].map((times, n) => ({
    length: (width / times) * roll(0.8, 1.3),
    rise: ((26 + 44 * nearness) / (n + 1) ** 1.25) * roll(0.6, 1.4),
    shift: roll(0, 2 * Math.PI),
  }));
  const ridge = Array.from({ length: width / 8 + 1 }, (_, n) => {
    const lift = waves.reduce(
      (sum, { length, rise, shift }) =>
        sum + rise * Math.sin((2 * Math.PI * n * 8) / length + shift),
      0,
    );
    return `${n * 8},${(base - lift).toFixed(1)}`;
  });
  const colour = `hsl(${hue + 20 * (1 - nearness)}, ${34 + 8 * nearness}%, ${42 - 35 * nearness}%)`;
  return `<polygon points="0,${height} ${ridge.join(" ")} ${width},${height}" fill="${colour}"/>`;
}

function drawStars(roll: Dice, horizon: number): string {
  return Array.from({ length: 90 }, () => {
    const y = roll(0, 1) ** 1.6 * horizon * 0.8;
    const light = roll(0.2, 0.9) * (1 - y / horizon);
    return `<circle cx="${roll(0, size.width)}" cy="${y}" r="${roll(0.5, 1.5)}" fill="white" opacity="${light}"/>`;
  }).join("");
}
