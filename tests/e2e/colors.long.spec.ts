import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "@playwright/test";
import { colorPictures } from "../color-pictures.ts";
import { driveChromium } from "../jobs/chromium.ts";
import { limits, seePlaces } from "../jobs/places.ts";
import type { Visit } from "../jobs/visit.ts";
import { compareFields } from "./colors.ts";
import { expect, test } from "./fixtures.ts";

// A run takes some seconds: the browser is the same for all of them.
test.describe.configure({ mode: "default" });
test.setTimeout(180_000);

let context: BrowserContext;
let visit: Visit;

test.beforeAll(async ({ browser, app }) => {
  context = await browser.newContext({ hasTouch: true });
  const driver = driveChromium(context, await context.newPage(), async () => {});
  const scratch = await mkdtemp(join(tmpdir(), "firstframe-colors-"));
  visit = { driver, origin: app.origin, scratch };
});

test.afterAll(async () => {
  await context.close();
  await rm(visit.scratch, { recursive: true });
});

for (const picture of colorPictures) {
  test(`shows ${picture.name} alike on the stage, as sent, in the video, in the poster and small`, async () => {
    const found = await seePlaces(visit, picture);
    const judged = await picture.wanted();
    for (const [place, seen] of Object.entries(found)) {
      const { mean, most } = compareFields(seen, judged);
      const told = `${place}: ${JSON.stringify(seen)} for ${JSON.stringify(judged)}`;
      expect(mean, told).toBeLessThanOrEqual(limits.mean);
      expect(most, told).toBeLessThanOrEqual(limits.most);
    }
  });
}
