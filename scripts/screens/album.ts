/** The pictures of docs/screens and their index. */
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Locator, Page } from "playwright";
import sharp from "sharp";

const folder = resolve(import.meta.dirname, "../../docs/screens");
const MAX_TOTAL_BYTES = 8_000_000;
const sizes = [
  { width: 2560, height: 1440 },
  { width: 1280, height: 800 },
  { width: 768, height: 1024 },
  { width: 360, height: 740 },
];
const themes = ["dark", "light"] as const;
/** How wide the index shows a picture. */
const shownWidths: Record<number, number> = { 360: 120, 768: 180 };

const shown: { name: string; title: string }[] = [];

type Look = {
  /** What a person has scrolled to. */
  sight?: Locator;
  /** What a person has opened with a press: it opens differently on a small screen. */
  opener?: Locator;
};

/** Takes what a person sees of a page, in every size and theme. */
export async function capture(
  page: Page,
  name: string,
  title: string,
  { sight, opener }: Look = {},
) {
  shown.push({ name, title });
  for (const size of sizes) {
    for (const theme of themes) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await opener?.click();
      await opener?.and(page.locator("[aria-expanded=true]")).waitFor({ state: "attached" });
      await sight?.evaluate((element) => element.scrollIntoView({ block: "center" }));
      const picture = await page.screenshot({ animations: "disabled", caret: "hide" });
      await sharp(picture)
        .resize({ width: Math.min(size.width, 960) })
        .webp({ quality: 55, effort: 5 })
        .toFile(join(folder, `${name}-${size.width}-${theme}.webp`));
      if (opener) await page.keyboard.press("Escape");
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  console.log(name);
}

/** Removes the pictures of an earlier time. */
export async function emptyAlbum(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

export async function writeIndex() {
  const cell = (name: string, width: number, theme: string) =>
    `<img src="${name}-${width}-${theme}.webp" alt="" width="${shownWidths[width] ?? 300}">`;
  const widths = sizes.map(({ width }) => width);
  const sections = shown.map(({ name, title }) => {
    const cells = widths.flatMap((width) => themes.map((theme) => cell(name, width, theme)));
    return `## ${title}\n\n${cells.join("\n")}\n`;
  });
  const intro =
    "This page shows every state in both themes at 2560, 1280, 768 and 360 pixels. `npm run screens` makes it from a build and the local fal.";
  await writeFile(join(folder, "README.md"), `# Screens\n\n${intro}\n\n${sections.join("\n")}`);
}

export async function reportSize() {
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${shown.length} states, ${sizes.length - 1} pictures, ${total} bytes`);
  if (total > MAX_TOTAL_BYTES) throw new Error(`That is over ${MAX_TOTAL_BYTES} bytes`);
}
