import type { Page, Request } from "@playwright/test";
import { expectFine } from "./appearance.ts";
import { expect, test } from "./fixtures.ts";
import { readKept } from "./kept-draft.ts";
import { type RecordingUpstream, startRecordingUpstream } from "./recording-upstream.ts";
import { expectPlaying, openStudio, prepare, rocket } from "./studio.ts";

const model = (page: Page, name: string) => page.getByRole("checkbox", { name, exact: true });
const compare = (page: Page) => page.getByRole("button", { name: "Compare models" });

test("sends prompt and picture to each model, with only the settings that it accepts", async ({
  page,
}) => {
  const submits = collectSubmits(page);
  const studio = await openStudio(page);
  await prepare(studio, rocket, "[Static shot] it begins");
  await compare(page).click();
  await expect(model(page, "MiniMax Video-01")).toBeChecked();
  await model(page, "Hailuo 02").check();
  await page.getByLabel("Resolution").selectOption("512P");
  // Locally rendered videos have no price.
  await expect(studio.generate).toHaveText("Generate 2");
  await expect(page.getByText(/\$/)).toHaveCount(0);

  await studio.generate.click();
  await expect(studio.library).toHaveCount(2);
  await expectPlaying(studio.video);
  expect(submits.map(targetOf).toSorted()).toEqual([
    "https://queue.fal.run/fal-ai/minimax-video/image-to-video",
    "https://queue.fal.run/fal-ai/minimax/hailuo-02/standard/image-to-video",
  ]);
  const keys = submits.map((request) => request.headers()["x-idempotency-key"]);
  expect(new Set(keys).size).toBe(2);
  const [video01, hailuo] = submits
    .toSorted((a, b) => targetOf(a).localeCompare(targetOf(b)))
    .map((request) => request.postDataJSON());
  expect(video01).toEqual({
    prompt: "[Static shot] it begins",
    prompt_optimizer: true,
    image_url: expect.stringMatching(/^https?:/),
  });
  expect(hailuo).toEqual({ ...video01, resolution: "512P" });
});

test("keeps the choice after a reload, and returns to one model", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.prompt.fill("a rocket");
  await compare(page).focus();
  await page.keyboard.press("Enter");
  const back = page.getByRole("button", { name: "Choose one model" });
  await expect(back).toBeFocused();
  // The list arrives after the press.
  await expect(model(page, "MiniMax Video-01")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(model(page, "MiniMax Video-01")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByText("Choose at least one model.")).toBeVisible();
  await expect(studio.generate).toBeDisabled();
  await model(page, "Hailuo 2.3").check();
  await model(page, "Hailuo 02 Pro").check();
  await expect(page.getByText("2 videos, one from each model")).toBeVisible();

  await expect.poll(async () => (await readKept(page))?.choice.compared).toHaveLength(2);
  await page.reload();
  await expect(studio.generate).toHaveText("Generate 2");
  await expect(model(page, "Hailuo 02 Pro")).toBeChecked();

  await back.click();
  await expect(page.getByRole("combobox", { name: "Model" })).toHaveValue(/hailuo-2\.3\/standard/);
  await expect(studio.generate).toHaveText("Generate");
});

test("disables a model that needs a picture, and fits every screen", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.prompt.fill("a rocket");
  await compare(page).click();
  await model(page, "Hailuo 2.3 Pro").check();
  await expect(model(page, "Hailuo 2.3 Fast")).toBeDisabled();
  await expect(model(page, "Hailuo 2.3 Fast")).toHaveAccessibleDescription("Needs a picture");
  await expectFine(page, "models to compare");
});

test.describe("with a key", () => {
  let upstream: RecordingUpstream;

  test.beforeEach(async () => {
    upstream = await startRecordingUpstream();
  });

  test.afterEach(() => upstream[Symbol.asyncDispose]());

  const paid = () => ({
    FAL_KEY: "server-key",
    FAL_UPSTREAM: upstream.origin,
    ALLOW_PUBLIC: "true",
    BUDGET_USD_PER_DAY: "10",
    BUDGET_USD_PER_OWNER_PER_DAY: "1.20",
    LOG_LEVEL: "silent",
  });

  test("adds the prices, and compares the sum with the budget", async ({ page, startApp }) => {
    const app = await startApp(paid());
    const studio = await openStudio(page, app.origin);
    await studio.prompt.fill("a rocket");
    await compare(page).click();
    await model(page, "MiniMax Video-01 Live").check();
    await expect(model(page, "MiniMax Video-01 Live")).toHaveAccessibleDescription(/\$0\.50$/);
    await expect(studio.generate).toHaveText("Generate 2 · $1.00");
    await model(page, "Hailuo 02").check();
    await expect(studio.generate).toHaveText("Generate 3 · $1.27");
    await expect(studio.generate).toBeDisabled();
    await page.getByRole("combobox", { name: "Length" }).selectOption("10");
    await expect(studio.generate).toHaveText("Generate 3 · $1.45");
    await model(page, "MiniMax Video-01").uncheck();
    await expect(studio.generate).toHaveText("Generate 2 · $0.95");
    await expect(studio.generate).toBeEnabled();
  });

  test("shows which model refused the run and which accepted it", async ({
    page,
    startApp,
    allowConsoleError,
  }) => {
    allowConsoleError(/status of 429/);
    const app = await startApp({ ...paid(), STARTS_PER_MINUTE: "1" });
    const studio = await openStudio(page, app.origin);
    await studio.prompt.fill("a rocket");
    await compare(page).click();
    await model(page, "MiniMax Video-01 Live").check();
    await studio.generate.click();
    await expect(studio.library).toHaveCount(2);
    const refused = studio.library.filter({ hasText: "Not sent" });
    await expect(refused).toHaveCount(1);
    const taken = studio.library.filter({ hasNotText: "Not sent" });
    await refused.click();
    await expect(studio.alert).toContainText("You started too many in one minute");
    await taken.click();
    await expect(studio.alert).toHaveCount(0);
    await expect(studio.cancel).toBeEnabled();
    expect(upstream.calls.filter(({ method }) => method === "POST")).toHaveLength(1);
  });
});

function collectSubmits(page: Page): Request[] {
  const submits: Request[] = [];
  page.on("request", (request) => {
    const isSubmit = new URL(targetOf(request)).host === "queue.fal.run";
    if (isSubmit && request.method() === "POST") submits.push(request);
  });
  return submits;
}

function targetOf(request: Request): string {
  return request.headers()["x-fal-target-url"] ?? request.url();
}
