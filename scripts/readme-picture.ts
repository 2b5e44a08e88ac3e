/**
 * Makes the moving picture of the README from a real session in a browser: a first visit, one press on a sample, the video,
 * a link to it. Run `npm run readme-picture`.
 */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type CDPSession, chromium, type Locator, type Page } from "playwright";
import sharp from "sharp";
import { startAppServer } from "../tests/e2e/app-server.ts";
import { openStudio } from "../tests/e2e/studio.ts";
import { browserArgs, requireBrowser } from "./browser.ts";

const output = join(resolve(import.meta.dirname, ".."), "docs/images/studio.webp");
const size = { width: 1200, height: 860 };
const SHOWN_WIDTH = 840;
const FRAME_MS = 140;
// The wait for the renderer is as long as this machine is busy.
const LONGEST_FRAME_MS = 400;
const LAST_FRAME_MS = 2_500;
const MAX_BYTES = 1_500_000;

type Frame = { picture: Buffer; at: number };

const app = await startAppServer();
const browser = await chromium.launch({
  executablePath: await requireBrowser(console.log),
  args: browserArgs,
});
try {
  const context = await browser.newContext({ viewport: size, colorScheme: "dark" });
  const page = await context.newPage();
  await drawPointer(page);
  const studio = await openStudio(page, app.origin);
  const sample = page.getByRole("button", { name: "Try it: a rocket on its pad" });
  await untilPlaying(sample.locator("video"));
  await page.mouse.move(500, 560);

  const session = await context.newCDPSession(page);
  const recording = await record(session);
  await page.waitForTimeout(1_800);
  await press(page, sample);
  // The player shows its controls under the pointer.
  await page.mouse.move(1_000, 800, { steps: 25 });
  await untilPlaying(studio.video);
  await page.waitForTimeout(4_500);
  await press(page, page.getByRole("button", { name: "Share" }));
  await page.getByLabel("Link", { exact: true }).waitFor();
  await page.waitForTimeout(2_500);
  await write(await recording.stop());
} finally {
  await browser.close();
  await app.stop();
}
console.log(`${output}: ${(await stat(output)).size} bytes`);
process.exit();

/** Keeps one frame of what the browser draws for each step of time. */
async function record(session: CDPSession) {
  const frames: Frame[] = [];
  session.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
    const at = (metadata.timestamp ?? 0) * 1_000;
    const last = frames.at(-1);
    if (!last || at - last.at >= FRAME_MS)
      frames.push({ picture: Buffer.from(data, "base64"), at });
    session.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
  });
  await session.send("Page.startScreencast", { format: "png", ...maxSize() });
  return {
    async stop() {
      await session.send("Page.stopScreencast");
      return frames;
    },
  };
}

function maxSize() {
  return { maxWidth: size.width, maxHeight: size.height };
}

async function write(frames: readonly Frame[]) {
  const pictures = await Promise.all(
    frames.map(({ picture }) => sharp(picture).resize(SHOWN_WIDTH).png().toBuffer()),
  );
  const delay = frames.map(({ at }, n) => {
    const next = frames[n + 1];
    return next ? Math.round(Math.min(next.at - at, LONGEST_FRAME_MS)) : LAST_FRAME_MS;
  });
  // The best quality that is small enough.
  for (const quality of [85, 75, 65, 55, 45, 35]) {
    const { size: bytes } = await sharp(pictures, { join: { animated: true } })
      .webp({ quality, effort: 4, loop: 0, delay })
      .toFile(output);
    console.log(`${frames.length} frames, quality ${quality}: ${bytes} bytes`);
    if (bytes <= MAX_BYTES) return;
  }
  throw new Error("The moving picture is too large");
}

/** Moves there in sight, as a hand does. */
async function press(page: Page, target: Locator) {
  const box = await target.boundingBox();
  if (!box) throw new Error("There is nothing to press");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 25 });
  await page.waitForTimeout(350);
  await page.mouse.down();
  await page.mouse.up();
}

async function untilPlaying(video: Locator) {
  await video.waitFor({ timeout: 60_000 });
  await video.evaluate(async (element: HTMLVideoElement) => {
    while (element.currentTime === 0)
      await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** A browser without a screen draws no pointer. */
async function drawPointer(page: Page) {
  await page.addInitScript(() => {
    addEventListener("mousemove", ({ clientX, clientY }) => {
      let pointer = document.getElementById("pointer");
      if (!pointer) {
        pointer = document.createElement("div");
        pointer.id = "pointer";
        Object.assign(pointer.style, {
          position: "fixed",
          zIndex: "99",
          width: "18px",
          height: "24px",
          background: "white",
          clipPath: "polygon(0 0, 0 80%, 25% 62%, 45% 100%, 62% 92%, 44% 56%, 78% 56%)",
          filter: "drop-shadow(0 0 2px black)",
          pointerEvents: "none",
        });
        document.body.append(pointer);
      }
      pointer.style.left = `${clientX}px`;
      pointer.style.top = `${clientY}px`;
    });
  });
}
