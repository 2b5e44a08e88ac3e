import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { ageUpload, readKept } from "./kept-draft.ts";
import { startRecordingUpstream } from "./recording-upstream.ts";
import { coffee, delayRunEnds, expectPlaying, openStudio, prepare, rocket } from "./studio.ts";

const moveOf = (page: Page, name: string) =>
  page.getByRole("toolbar", { name: "Camera moves" }).getByRole("button", { name, exact: true });

test("inserts camera moves at the cursor, in one bracket if they can act together", async ({
  page,
}) => {
  const studio = await openStudio(page);
  await studio.prompt.fill("the rocket leaves");
  await studio.prompt.press("Home");
  await page.getByRole("button", { name: "Camera moves" }).click();
  for (const name of ["Push in", "Pan right", "Shake"]) await moveOf(page, name).click();
  await expect(studio.prompt).toHaveValue("[Push in, Pan right, Shake] the rocket leaves");
  await expect(moveOf(page, "Pan right")).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByText("Three is the most")).toBeVisible();

  await moveOf(page, "Tilt up").click();
  const full = "[Push in, Pan right, Shake] [Tilt up] the rocket leaves";
  await expect(studio.prompt).toHaveValue(full);
  await expect(page.getByText("Three act together at most")).toBeVisible();
  await moveOf(page, "Tilt up").click();
  await expect(studio.prompt).toHaveValue("[Push in, Pan right, Shake] the rocket leaves");

  // The next move is inserted at the cursor.
  await studio.prompt.press("End");
  await studio.prompt.pressSequentially(" and");
  await moveOf(page, "Zoom out").click();
  await expect(studio.prompt).toHaveValue(
    "[Push in, Pan right, Shake] the rocket leaves and [Zoom out] ",
  );
});

test("makes the camera moves usable with the keyboard", async ({ page }) => {
  const studio = await openStudio(page);
  const opener = page.getByRole("button", { name: "Camera moves" });
  await opener.focus();
  await page.keyboard.press("Enter");
  await expect(moveOf(page, "Push in")).toBeFocused();
  await expect(moveOf(page, "Push in")).toHaveAccessibleDescription(/comes closer/);
  for (const key of ["ArrowRight", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await expect(moveOf(page, "Pan right")).toBeFocused();
  for (const key of ["End", "Enter"]) await page.keyboard.press(key);
  await expect(studio.prompt).toHaveValue("[Pan right, Tracking shot] ");
  await page.keyboard.press("Escape");
  await expect(opener).toBeFocused();
  await expect(opener).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type("goes on");
  await expect(studio.prompt).toHaveValue("[Pan right, Tracking shot] goes on");
});

test("stops the previews when the visitor prefers reduced motion", async ({ page }) => {
  await openStudio(page);
  await page.getByRole("button", { name: "Camera moves" }).click();
  await expect(moveOf(page, "Push in")).toBeVisible();
  const countMoving = () => page.evaluate(() => document.getAnimations().length);
  await expect.poll(countMoving).toBeGreaterThan(15);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await expect.poll(countMoving).toBe(0);
});

for (const colorScheme of ["dark", "light"] as const) {
  test(`is accessible, fits 360 pixels and touch: ${colorScheme}`, { tag: "@long" }, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 360, height: 800 });
    const studio = await openStudio(page);
    await expectAccessible(page);
    await page.getByRole("list", { name: "Examples" }).getByRole("button").first().click();
    await page.getByRole("button", { name: "Camera moves" }).click();
    await moveOf(page, "Zoom in").click();
    await expectAccessible(page);
    const toolbar = page.getByRole("toolbar").getByRole("button");
    await expect(toolbar).toHaveCount(15);
    for (const button of await toolbar.all()) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }

    const finish = await delayRunEnds(page);
    await prepare(studio, coffee, "[Push in] the cup");
    await studio.generate.click();
    await expect(page.getByRole("group", { name: "When it is ready" })).toBeVisible();
    await page.getByRole("button", { name: "Your prompts" }).click();
    await expect(page.getByRole("list", { name: "Your prompts" })).toBeVisible();
    await expectAccessible(page);
    finish();
  });
}

test("offers examples while the prompt is empty", async ({ page }) => {
  const studio = await openStudio(page);
  const examples = page.getByRole("list", { name: "Examples" }).getByRole("button");
  await expect(examples).toHaveCount(3);
  const words = (await examples.last().textContent()) ?? "";
  await examples.last().click();
  await expect(studio.prompt).toHaveValue(words);
  await expect(studio.prompt).toBeFocused();
  await expect(examples).toHaveCount(0);
});

test("switches the optimizer off when the visitor wants the moves literally", async ({
  page,
  startApp,
}) => {
  await using upstream = await startRecordingUpstream();
  const { origin } = await startApp({
    FAL_KEY: "id:secret",
    FAL_UPSTREAM: upstream.origin,
    ALLOW_PUBLIC: "true",
    BUDGET_USD_PER_DAY: "5",
  });
  const studio = await openStudio(page, origin);
  await page.setViewportSize({ width: 360, height: 800 });
  const literally = page.getByRole("button", { name: "Take them literally" });
  await studio.prompt.fill("[aside] the cup");
  await expect(literally).toHaveCount(0);
  await studio.prompt.fill("[Push in] the cup");
  await expect(literally).toBeVisible();
  await expectAccessible(page);
  await literally.click();
  await expect(page.getByRole("switch", { name: "Optimize prompt" })).not.toBeChecked();
  await expect(literally).toHaveCount(0);
  await expect(studio.prompt).toBeFocused();
});

test("says nothing about rewritten moves where nothing is rewritten", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.prompt.fill("[Push in] the cup");
  await expect(page.getByText("the local engine takes your words as they are")).toBeVisible();
  await expect(page.getByRole("button", { name: "Take them literally" })).toHaveCount(0);
});

test("restores a draft with its picture after a reload, and makes a video from it", async ({
  page,
}) => {
  const studio = await openStudio(page);
  await prepare(studio, rocket, "[Push in] the rocket");
  await page.getByRole("switch", { name: "Optimize prompt" }).click();
  await expect.poll(() => readKept(page)).toMatchObject({ optimizePrompt: false, hasFile: true });

  const uploads: string[] = [];
  page.on("request", (request) => request.method() === "PUT" && uploads.push(request.url()));
  await page.reload();
  await expect(studio.prompt).toHaveValue("[Push in] the rocket");
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText("rocket.jpg")).toBeVisible();
  await expect(page.getByRole("switch", { name: "Optimize prompt" })).not.toBeChecked();
  const picture = page.getByRole("img", { name: "The first frame" });
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode())).toBeUndefined();
  expect(uploads).toEqual([]);

  await studio.generate.click();
  await expectPlaying(studio.video);
  await expect.poll(() => readKept(page)).toBeUndefined();
  await page.reload();
  await expect(studio.state).toHaveText("No picture yet");
  await expect(studio.prompt).toHaveValue("");
});

test("restores a picture in a browser that stores no files", async ({ page }) => {
  // As WebKit in a private window.
  await page.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      if ([value, value?.file].some((one) => one instanceof Blob))
        throw new DOMException("no files here", "DataCloneError");
      return put.call(this, value, key);
    };
  });
  const studio = await openStudio(page);
  await prepare(studio, rocket, "the rocket");
  await expect.poll(() => readKept(page)).toMatchObject({ prompt: "the rocket", hasFile: true });
  await page.reload();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText("rocket.jpg")).toBeVisible();
});

test("brings a draft back on a page whose scripts start slowly", async ({ page }) => {
  // React begins each of its steps with a message to itself.
  await page.addInitScript(() => {
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown) {
      setTimeout(() => post.call(this, message), 300);
    };
  });
  const studio = await openStudio(page);
  await studio.prompt.fill("steam rises");
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  await expect.poll(() => readKept(page)).toMatchObject({ hasFile: true, isUploaded: true });
  await page.reload();
  await expect(studio.prompt).toHaveValue("steam rises");
  await expect(studio.state).toHaveText("Picture ready");
});

test("uploads the stored picture again when its address is old, and deletes what is removed", async ({
  page,
}) => {
  const studio = await openStudio(page);
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  await expect.poll(() => readKept(page)).toMatchObject({ hasFile: true, isUploaded: true });

  await ageUpload(page, 2 * 60 * 60 * 1000);
  const upload = page.waitForRequest((request) => request.method() === "PUT");
  await page.reload();
  await upload;
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText("coffee.jpg")).toBeVisible();

  await page.getByRole("button", { name: "Remove" }).click();
  await expect.poll(() => readKept(page)).toBeUndefined();
});

test("releases the pictures that were replaced", async ({ page, allowConsoleError }) => {
  const studio = await openStudio(page);
  const picture = page.getByRole("img", { name: "The first frame" });
  await studio.image.setInputFiles(rocket);
  await expect(studio.state).toHaveText("Picture ready");
  const first = (await picture.getAttribute("src")) ?? "";
  expect(await canDraw(page, first)).toBe(true);

  allowConsoleError(/ERR_FILE_NOT_FOUND/);
  await studio.image.setInputFiles(coffee);
  await expect(page.getByText("coffee.jpg")).toBeVisible();
  await expect.poll(() => canDraw(page, first)).toBe(false);
  expect(await canDraw(page, (await picture.getAttribute("src")) ?? "")).toBe(true);
});

function canDraw(page: Page, url: string): Promise<boolean> {
  return page.evaluate((source) => {
    const image = new Image();
    image.src = source;
    return image.decode().then(
      () => true,
      () => false,
    );
  }, url);
}

test("stays usable in a browser that refuses to store anything", async ({ page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("refused", "SecurityError");
    };
  });
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Static shot] the cup");
  await page.reload();
  await expect(studio.state).toHaveText("No picture yet");
  await prepare(studio, coffee, "[Static shot] the cup");
  await studio.generate.click();
  await expect(studio.cancel).toBeEnabled();
});

test("lists the visitor's prompts once, the latest first, and keeps the draft when one is chosen", async ({
  page,
  startApp,
}) => {
  const app = await startApp();
  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, "");
  for (const [index, words] of ["the cup", "the table", "the cup"].entries()) {
    await studio.prompt.fill(words);
    await studio.generate.click();
    await expect(studio.library).toHaveCount(index + 1);
    await expect(studio.cancel).toBeEnabled();
  }
  await studio.prompt.fill("not sent yet");
  await page.getByRole("button", { name: "Your prompts" }).click();
  const prompts = page.getByRole("list", { name: "Your prompts" }).getByRole("button");
  await expect(prompts).toHaveText([/^not sent yet/, "the cup", "the table"]);
  await expect(prompts.first()).toBeFocused();
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await expect(studio.prompt).toHaveValue("the table");
  await prompts.first().click();
  await expect(studio.prompt).toHaveValue("not sent yet");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Your prompts" })).toBeFocused();
});

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}

test("keeps the button where it is, whatever helps to write", async ({ page }) => {
  const studio = await openStudio(page);
  const placeOf = async () => (await studio.generate.boundingBox())?.y;
  const place = await placeOf();
  await page.getByRole("button", { name: "Camera moves" }).click();
  await moveOf(page, "Push in").click();
  expect(await placeOf()).toBe(place);
  await page.getByRole("button", { name: "Compare models" }).click();
  await expect(page.getByRole("group", { name: "Models" })).toBeVisible();
  expect(await placeOf()).toBe(place);
  await expect(studio.generate).toBeInViewport({ ratio: 1 });
});

test("asks an empty draft for a picture or words, until there is either", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.generate.click();
  await expect(studio.alert).toContainText("Add a picture, or write what should happen");
  await studio.prompt.fill("a rocket");
  await expect(studio.alert).toHaveCount(0);
});
