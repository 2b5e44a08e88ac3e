import { readFile } from "node:fs/promises";
import type { Page, Request } from "@playwright/test";
import sharp from "sharp";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { coffee, openStudio, prepare, rocket } from "./studio.ts";

const solid = (width: number, height: number, background = "#a63") =>
  sharp({ create: { width, height, channels: 3, background } });

type Upload = { name: string; mimeType: string; buffer: Buffer };

const refused: [what: string, says: RegExp, file: () => Promise<Upload>][] = [
  ["a text file named .jpg", /not a picture/, async () => jpeg("notes.jpg", Buffer.from("hello"))],
  ["an empty file", /is empty/, async () => jpeg("empty.jpg", Buffer.alloc(0))],
  [
    "a truncated JPEG",
    /cut off/,
    async () => jpeg("half.jpg", (await readFile(rocket)).subarray(0, 30_000)),
  ],
  [
    "a picture of 200 pixels",
    /200 × 200.*over 300 pixels/,
    async () => png("small.png", await solid(200, 200).png().toBuffer()),
  ],
  [
    "an SVG",
    /drawing/,
    async () => ({
      name: "logo.svg",
      mimeType: "image/svg+xml",
      buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    }),
  ],
];

for (const [what, says, file] of refused) {
  test(`says what is wrong with ${what}, sends nothing and keeps what was there`, async ({
    page,
  }) => {
    const studio = await openStudio(page);
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/fal/")) sent.push(request.url());
    });
    await studio.prompt.fill("it begins");
    await studio.image.setInputFiles(await file());
    await expect(studio.alert).toHaveText(says);
    await expect(studio.progress).toHaveCount(0);
    expect(sent).toEqual([]);
    await expect(studio.prompt).toHaveValue("it begins");

    await studio.image.setInputFiles(coffee);
    await expect(studio.state).toHaveText("Picture ready");
    await expect(studio.alert).toHaveCount(0);
    await studio.image.setInputFiles(await file());
    await expect(studio.alert).toHaveText(/The picture you had is still here/);
    await expect(page.getByText("coffee.jpg")).toBeVisible();
    await expect(studio.progress).toHaveCount(0);
  });
}

test("sends the first frame of an animated GIF, and says so", async ({ page }) => {
  const frames = [
    await solid(400, 320).png().toBuffer(),
    await solid(400, 320, "#36a").png().toBuffer(),
  ];
  const buffer = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  const studio = await openStudio(page);
  await studio.image.setInputFiles({ name: "moving.gif", mimeType: "image/gif", buffer });
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText(/Only the GIF's first frame is sent/)).toBeVisible();
});

test("asks for a picture or words, and then for a prompt, before anything is sent", async ({
  page,
}) => {
  const studio = await openStudio(page);
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/nothing to begin with yet.*Either is enough/);
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  await expect(studio.alert).toHaveCount(0);
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/prompt is empty/);
  await expect(studio.prompt).toBeFocused();
  await expect(studio.library).toHaveCount(0);
});

test("keeps a prompt of 5,000 characters, and says that the limit is 2,000", async ({ page }) => {
  const studio = await openStudio(page);
  await prepare(studio, coffee, "x".repeat(5000));
  await expect(page.getByText("5000 / 2000")).toBeVisible();
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/2,000 characters/);
  await expect(studio.prompt).toHaveValue("x".repeat(5000));
  await expect(studio.library).toHaveCount(0);
});

test("recovers when the connection is lost in the middle of the upload", async ({
  page,
  context,
  allowConsoleError,
}) => {
  allowConsoleError(/net::ERR_(INTERNET_DISCONNECTED|FAILED)/);
  const studio = await openStudio(page);
  await studio.prompt.fill("it begins");
  const started = Promise.withResolvers<void>();
  await page.route("**/local-fal/**", async (route) => {
    if (route.request().method() !== "PUT") return route.continue();
    await context.setOffline(true);
    await route.abort("internetdisconnected");
    started.resolve();
  });
  await studio.image.setInputFiles(coffee);
  await started.promise;
  await expect(studio.alert).toHaveText(/offline/);
  await expect(studio.state).toHaveText("Not uploaded");
  await expect(studio.progress).toHaveCount(0);
  await expect(studio.prompt).toHaveValue("it begins");

  await page.unroute("**/local-fal/**");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(studio.alert).toHaveCount(0);
});

test("says that an answer was lost upstream, and does not resubmit automatically", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 500/);
  const studio = await openStudio(page);
  await prepare(studio, coffee, "it begins");
  let submits = 0;
  await page.route("**/api/fal/proxy", async (route) => {
    submits += 1;
    const lost = { detail: "The answer was lost.", error_type: "unconfirmed" };
    await route.fulfill({ status: 500, headers: ownAnswer(), json: lost });
  });
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/not known whether fal took this one/);
  await expect(page.getByRole("button", { name: "Send it again" })).toBeVisible();
  expect(submits).toBe(1);
  await expect(studio.prompt).toHaveValue("it begins");
  await expect(studio.progress).toHaveCount(0);
});

test("retries when the answer does not arrive, and makes one video", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/net::ERR_FAILED/);
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Static shot] it begins");
  const keys: (string | undefined)[] = [];
  await page.route("**/api/fal/proxy", async (route) => {
    const request = route.request();
    if (!request.headers()["x-fal-target-url"]?.endsWith("image-to-video")) return route.continue();
    keys.push(request.headers()["x-idempotency-key"]);
    if (keys.length > 1) return route.continue();
    // The call arrives and is carried out, but the answer is lost.
    await route.fetch();
    await route.abort();
  });
  await studio.generate.click();
  await expect(studio.video).toBeVisible({ timeout: 60_000 });
  expect(keys).toEqual([keys[0], keys[0]]);
  await page.reload();
  await expect(studio.library).toHaveCount(1);
});

test("shows why a run failed, and keeps picture and prompt for the next run", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 404/);
  const studio = await openStudio(page);
  await prepare(studio, coffee, "it begins");
  // The picture no longer exists when the local fal needs it, which is when the job runs.
  await page.route("**/api/fal/proxy", async (route) => {
    const body = route.request().postDataJSON();
    if (!body?.image_url) return route.continue();
    const image_url = body.image_url.replace(/files\/b\/[^/]+\//, "files/b/00000000/");
    await route.continue({ postData: JSON.stringify({ ...body, image_url: `${image_url}.gone` }) });
  });
  await studio.generate.click();
  await expect(studio.alert).toHaveText(/not a picture we can read.*Local runs cost nothing/);
  await expect(studio.progress).toHaveCount(0);
  await expect(studio.prompt).toHaveValue("it begins");
});

test("says that fal can't be reached, and offers to retry", async ({ page, allowConsoleError }) => {
  allowConsoleError(/status of 503/);
  const untilScriptsCame = watchScripts(page);
  const studio = await openStudio(page);
  await prepare(studio, coffee, "it begins");
  const unreachable = {
    detail: "fal can't be reached right now.",
    error_type: "upstream_unavailable",
  };
  await page.clock.install();
  await page.route("**/api/fal/proxy", (route) =>
    route.fulfill({ status: 503, headers: ownAnswer(), json: unreachable }),
  );
  await studio.generate.click();
  await expect(studio.state).toHaveText("Sending");
  for (const passed of [1_000, 20_000, 20_000, 20_000]) {
    // The page would give up on a script that is still loading when the clock leaps.
    await untilScriptsCame();
    await page.clock.fastForward(passed);
  }
  await expect(studio.alert).toHaveText(/fal can't be reached right now/);

  await page.unroute("**/api/fal/proxy");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(studio.cancel).toBeEnabled();
});

/** Returns a function that waits until no script of the page is loading. */
function watchScripts(page: Page): () => Promise<void> {
  const onTheirWay = new Set<Request>();
  page.on("request", (request) => {
    if (request.resourceType() === "script") onTheirWay.add(request);
  });
  page.on("requestfinished", (request) => onTheirWay.delete(request));
  page.on("requestfailed", (request) => onTheirWay.delete(request));
  return () => expect.poll(() => onTheirWay.size).toBe(0);
}

function jpeg(name: string, buffer: Buffer): Upload {
  return { name, mimeType: "image/jpeg", buffer };
}

function png(name: string, buffer: Buffer): Upload {
  return { name, mimeType: "image/png", buffer };
}
