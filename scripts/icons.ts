import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import sharp from "sharp";

// Makes the icons of app/manifest.ts. Run `node scripts/icons.ts` after app/icon.svg has changed.
const root = resolve(import.meta.dirname, "..");
const folder = join(root, "public/icons");
const ROOM = "#0c0b0a";
// A system cuts off at most a fifth on each side.
const MASKED_SIZE = 300;

const draw = (size: number) => sharp(join(root, "app/icon.svg"), { density: 1200 }).resize(size);

await mkdir(folder, { recursive: true });
for (const size of [192, 512])
  await draw(size)
    .png()
    .toFile(join(folder, `${size}.png`));
await sharp({ create: { width: 512, height: 512, channels: 3, background: ROOM } })
  .composite([{ input: await draw(MASKED_SIZE).png().toBuffer() }])
  .png()
  .toFile(join(folder, "maskable.png"));
