import type { Page } from "@playwright/test";
import { test as base, expect } from "./fixtures.ts";
import { type Gateway, isApi, isPut, isUploadStart, startGateway } from "./gateway.ts";
import { coffee, openStudio, prepare, type Studio, studioOf } from "./studio.ts";

// A gateway that accepts calls and never answers.
const test = base.extend<{ gateway: Gateway }>({
  gateway: async ({ app, apps, page }, use) => {
    await using gateway = await startGateway(app.origin);
    apps.push({ ...app, origin: gateway.origin });
    await use(gateway);
    await page.close();
  },
});

const trying = "The line broke or went silent: try 2, on a new connection";

/** Lets time pass in small steps, so that the work between them can run. */
async function pass(page: Page, seconds: number) {
  for (let left = seconds; left > 0; left -= 5) await page.clock.fastForward(5_000);
}

async function untilState(page: Page, studio: Studio, state: RegExp) {
  await expect(async () => {
    if (!state.test((await studio.state.textContent()) ?? "")) await page.clock.fastForward(5_000);
    await expect(studio.state).toHaveText(state, { timeout: 250 });
  }).toPass({ timeout: 30_000 });
}

for (const [what, matches, seconds] of [
  ["an upload", isPut, 30],
  ["the start of an upload", isUploadStart, 90],
] as const) {
  test(`retries by itself when ${what} goes silent, and says so`, async ({
    page,
    gateway,
    allowConsoleError,
  }) => {
    // The page first asks whether the silent attempt arrived.
    allowConsoleError(/status of 404/);
    await page.clock.install();
    const studio = await openStudio(page, gateway.origin);
    gateway.interfere(matches, "silence", 1);
    await studio.image.setInputFiles(coffee);
    await expect(studio.state).toHaveText("Uploading");
    await expect.poll(() => gateway.interfered()).toBe(1);
    await page.clock.fastForward(seconds * 1000 + 500);
    await expect(page.getByText(trying)).toBeVisible();
    await untilState(page, studio, /Picture ready/);
  });
}

test("says that an upload failed after four silent tries, and starts it on a press", async ({
  page,
  gateway,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 404/);
  await page.clock.install();
  const studio = await openStudio(page, gateway.origin);
  gateway.interfere(isPut, "silence");
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Uploading");
  for (let tries = 1; tries <= 4; tries++) {
    await expect(async () => {
      if (gateway.interfered() < tries) await page.clock.fastForward(2_000);
      expect(gateway.interfered()).toBe(tries);
    }).toPass();
    await page.clock.fastForward(31_000);
  }
  await expect(studio.alert).toContainText("The upload broke off");
  gateway.clear();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(studio.state).toHaveText("Picture ready");
});

test("does not repeat an upload that is complete although its answer was lost", async ({
  page,
  gateway,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 502/);
  let puts = 0;
  page.on("request", (request) => {
    if (request.method() === "PUT" && request.url().includes("/local-fal/")) puts += 1;
  });
  const studio = await openStudio(page, gateway.origin);
  gateway.interfere(isPut, { status: 502, isPassedOn: true }, 1);
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  expect(puts).toBe(1);
});

test("shows the end of a run although no status request was answered", async ({
  page,
  app,
  gateway,
}) => {
  await page.clock.install();
  const studio = await openStudio(page, gateway.origin);
  await prepare(studio, coffee, "the cup");
  gateway.interfere((request) => request.method === "GET" && isApi(request), "silence");
  await studio.generate.click();
  await expect(studio.state).toHaveText("In line");
  // The name of the session's cookie contains the port that the browser uses.
  const [session] = await page.context().cookies(gateway.origin);
  const cookie = `firstframe-${new URL(app.origin).port}=${session?.value}`;
  await expect
    .poll(
      async () => {
        const headers = { cookie };
        const answer = await page.request.get(`${app.origin}/api/generations`, { headers });
        return (await answer.json()).items[0].status;
      },
      { timeout: 60_000 },
    )
    .toBe("done");
  await expect.poll(() => gateway.interfered()).toBeGreaterThan(0);
  await expect(studio.state).toHaveText("In line");
  await pass(page, 25);
  await expect(page.locator("main")).toContainText("This server can't be reached");
  gateway.clear();
  await untilState(page, studio, /Ready/);
});

test("asks again after a cancel that was never answered", async ({ page, gateway }) => {
  await page.clock.install();
  const studio = await openStudio(page, gateway.origin);
  await prepare(studio, coffee, "the cup {{fault: slow_start; ms=600000}}");
  await studio.generate.click();
  await expect(studio.cancel).toBeEnabled();
  gateway.interfere((request) => request.method === "PUT" && isApi(request), "silence");
  await studio.cancel.click();
  await expect(studio.state).toHaveText("Cancelling");
  await expect.poll(() => gateway.interfered()).toBe(1);
  await page.clock.fastForward(91_000);
  await expect(studio.cancel).toBeEnabled();
  gateway.clear();
  await studio.cancel.click();
  await untilState(page, studio, /Cancelled/);
});

test("says that the library can't be loaded when its request is not answered", async ({
  page,
  gateway,
}) => {
  await page.clock.install();
  gateway.interfere(isApi, "silence", 1);
  await page.goto(gateway.origin);
  await expect.poll(() => gateway.interfered()).toBe(1);
  await page.clock.fastForward(21_000);
  const { alert } = studioOf(page);
  await expect(alert).toHaveText(/can’t be loaded right now/);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(alert).toHaveCount(0);
});

/** Returns a script that the page fetches after it was drawn and that contains these words. */
async function findLazyScript(page: Page, origin: string, words: string): Promise<string> {
  const scripts: Promise<string | undefined>[] = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith(".js")) return;
    scripts.push(response.text().then((text) => (text.includes(words) ? pathname : undefined)));
  });
  await openStudio(page, origin);
  await page.waitForLoadState("networkidle");
  const found = (await Promise.all(scripts)).find((path) => path !== undefined);
  if (!found) throw new Error(`No script holds ${words}`);
  return found;
}

const library = "firstframe.library";

test("fetches a script on a new connection when it does not arrive", async ({
  page,
  browser,
  app,
  gateway,
}) => {
  const first = await browser.newPage();
  const path = await findLazyScript(first, app.origin, library);
  await first.close();
  await page.clock.install();
  gateway.interfere(({ url }) => url === path, "silence", 1);
  await page.goto(gateway.origin);
  await expect.poll(() => gateway.interfered()).toBe(1);
  const studio = studioOf(page);
  await studio.prompt.fill("A slow half circle around it");
  await page.clock.fastForward(20_500);
  const asked = page.waitForRequest("**/api/generations**");
  await expect(async () => {
    await page.clock.fastForward(1_000);
    await Promise.race([asked, Promise.reject(new Error("not asked yet"))]);
  }).toPass();
  await expect(studio.alert).toHaveCount(0);
  await expect(studio.prompt).toHaveValue("A slow half circle around it");
});

test("says that a part of the page did not arrive, and stays usable", async ({
  page,
  browser,
  app,
  gateway,
}) => {
  const first = await browser.newPage();
  const path = await findLazyScript(first, app.origin, library);
  await first.close();
  await page.clock.install();
  gateway.interfere(({ url }) => url === path, "silence");
  await page.goto(gateway.origin);
  const studio = studioOf(page);
  await studio.prompt.fill("A slow half circle around it");
  await expect(async () => {
    await page.clock.fastForward(20_000);
    await expect(studio.alert).toHaveText(/A part of this page did not come/, { timeout: 100 });
  }).toPass();
  await studio.image.setInputFiles(coffee);
  await expect(studio.prompt).toHaveValue("A slow half circle around it");
  gateway.clear();
  await page.getByRole("button", { name: "Reload the page" }).click();
  await expect(page.locator("[data-drop-zone]")).toBeVisible();
  await expect(studio.alert).toHaveCount(0);
});

test("prepares a picture in the page when the worker's script does not arrive", async ({
  page,
  browser,
  app,
  gateway,
}) => {
  const first = await browser.newPage();
  let path = "";
  first.on("worker", (worker) => {
    path = new URL(worker.url()).pathname;
  });
  const other = await openStudio(first, app.origin);
  await other.image.setInputFiles(coffee);
  await expect(other.state).toHaveText("Picture ready");
  await first.close();

  await page.clock.install();
  const studio = await openStudio(page, gateway.origin);
  gateway.interfere(({ url }) => String(url).startsWith(path), "silence");
  await studio.image.setInputFiles(coffee);
  await expect.poll(() => gateway.interfered()).toBe(1);
  await page.clock.fastForward(20_500);
  await expect(studio.state).toHaveText("Picture ready");
});
