import { readFile, truncate, writeFile } from "node:fs/promises";
import { devices, type Page } from "@playwright/test";
import { findFreePort } from "../ports.ts";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { coffee, openStudio } from "./studio.ts";
import { readPhoto } from "./test-pictures.ts";

test("accepts a pasted HEIC", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.prompt.focus();
  await paste(page, await readPhoto("phone.heic"), "IMG_0001.HEIC", "image/heic");
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText(/IMG_0001.HEIC · 640 × 480 · .*Sent as JPEG/)).toBeVisible();
});

test("uses the later of two pictures that are dropped in a row", async ({ page }) => {
  const studio = await openStudio(page);
  const slow = { name: "slow.heic", mimeType: "", buffer: await readPhoto("phone.heic") };
  await studio.image.setInputFiles(slow);
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText(/coffee.jpg · 600 × 400/)).toBeVisible();
  await expect(page.getByText("slow.heic")).toHaveCount(0);
});

test("says at once that a file of 201 MB is too large", async ({ page }, testInfo) => {
  const path = testInfo.outputPath("heavy.jpg");
  await writeFile(path, await readFile(coffee));
  await truncate(path, 201 * 1024 * 1024);
  const studio = await openStudio(page);
  await studio.image.setInputFiles(path);
  await expect(studio.alert).toHaveText(/over 20 MB/);
});

test("offers no camera on a device with a mouse", async ({ page }) => {
  await openStudio(page);
  await expect(page.getByRole("button", { name: "Choose a picture" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Take a photo" })).toBeHidden();
});

test.describe("on a phone", () => {
  const { viewport, userAgent, hasTouch, isMobile, deviceScaleFactor } = devices["Pixel 7"];
  test.use({ viewport, userAgent, hasTouch, isMobile, deviceScaleFactor });

  test("takes a photo with the camera", async ({ page }) => {
    const studio = await openStudio(page);
    const chosen = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Take a photo" }).tap();
    const chooser = await chosen;
    expect(await chooser.element().getAttribute("capture")).toBe("environment");
    await chooser.setFiles(coffee);
    await expect(studio.state).toHaveText("Picture ready");
  });
});

// The page's policy forbids evaluating code, both script and WebAssembly.
test("decodes a HEIC under the studio's content security policy", async ({ page, app }) => {
  const studio = await openStudio(page, app.origin);
  const buffer = await readPhoto("phone.heic");
  await studio.image.setInputFiles({ name: "phone.heic", mimeType: "image/heic", buffer });
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText(/Sent as JPEG/)).toBeVisible();
});

test("refuses a pasted address on a private network", async ({ page, allowConsoleError }) => {
  allowConsoleError(/status of 403/);
  const studio = await openStudio(page);
  const url = `http://127.0.0.1:${await findFreePort()}/x.png`;
  await pasteText(page, url);
  await expect(studio.alert).toHaveText(/This server does not call that address/);
  await studio.image.setInputFiles(coffee);
  await expect(studio.state).toHaveText("Picture ready");
  await expect(studio.alert).toHaveCount(0);
});

test("loads the picture at an address that is pasted or dropped, with its file name", async ({
  page,
}) => {
  const { promise: isSeen, resolve: see } = Promise.withResolvers<void>();
  // This server only calls public addresses, so the test answers in the place of one.
  await page.route("**/api/pictures", async (route) => {
    await isSeen;
    await route.fulfill({ path: coffee, contentType: "image/jpeg", headers: ownAnswer() });
  });
  const studio = await openStudio(page);
  await pasteText(page, "https://pictures.example/morning/cup.jpg?size=large");
  await expect(studio.state).toHaveText("Looking at pictures.example");
  see();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText(/cup.jpg · 600 × 400/)).toBeVisible();

  const dataTransfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.setData("text/uri-list", "https://pictures.example/evening.jpg");
    return transfer;
  });
  await page.locator("[data-drop-zone]").dispatchEvent("drop", { dataTransfer });
  await expect(page.getByText(/evening.jpg · 600 × 400/)).toBeVisible();
});

test("inserts an address that is pasted into a text field as text", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.prompt.focus();
  await pasteText(page, "http://127.0.0.1:9/x.png");
  await expect(studio.state).toHaveText("No picture yet");
});

function pasteText(page: Page, text: string) {
  return page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true });
    document.activeElement?.dispatchEvent(event);
  }, text);
}

async function paste(page: Page, bytes: Buffer, name: string, type: string) {
  await page.evaluate(
    ({ bytes, name, type }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
      const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true });
      document.activeElement?.dispatchEvent(event);
    },
    { bytes: [...bytes], name, type },
  );
}
