import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { coffee, openStudio, prepare, type Studio } from "./studio.ts";

test("copies the link with the click on Share, although the link is created later", async ({
  page,
}) => {
  // As in WebKit, copying is only permitted while a click is handled.
  await page.addInitScript(() => {
    const { clipboard } = navigator;
    const write = clipboard.write.bind(clipboard);
    const refuse = () => Promise.reject(new DOMException("no gesture", "NotAllowedError"));
    const isHandlingClick = () => window.event?.type === "click";
    clipboard.write = (items) => (isHandlingClick() ? write(items) : refuse());
    clipboard.writeText = refuse;
    document.execCommand = () => false;
  });
  const studio = await makeVideo(page);
  const link = await share(page);
  await expect(copyResult(page)).toHaveText("Copied.");
  await expectPasted(page, studio, link);
});

test("copies with a press on plain http, where a page has no clipboard", async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined });
  });
  const studio = await makeVideo(page);
  const link = await share(page);
  await expect(copyResult(page)).toHaveText("Not copied yet. Press “Copy link”.");
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(copyResult(page)).toHaveText("Copied.");
  await expectPasted(page, studio, link);

  const code = await page.getByLabel("Embed code").inputValue();
  await page.getByRole("button", { name: "Copy code" }).click();
  await expect(copyResult(page).nth(1)).toHaveText("Copied.");
  await expectPasted(page, studio, code);
});

test("copies with a press when the permission is refused", async ({ page }) => {
  await page.addInitScript(refuseClipboard);
  const studio = await makeVideo(page);
  const link = await share(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(copyResult(page)).toHaveText("Copied.");
  await expectPasted(page, studio, link);
});

test("selects the link and says so when the page can't copy", async ({ page }) => {
  await page.addInitScript(refuseClipboard);
  await page.addInitScript(() => {
    document.execCommand = () => false;
  });
  await makeVideo(page);
  const link = await share(page);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("The text is selected: press Ctrl C to copy it.")).toBeVisible();
  const field = page.getByLabel("Link", { exact: true });
  await expect(field).toBeFocused();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(link);

  await page.getByRole("button", { name: "Copy code" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Embed code")).toBeFocused();
});

async function makeVideo(page: Page): Promise<Studio> {
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Static shot] the cup");
  await studio.generate.click();
  return studio;
}

async function share(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click({ timeout: 60_000 });
  return page.getByLabel("Link", { exact: true }).inputValue();
}

/** What each row of the panel says about its text. */
function copyResult(page: Page) {
  return page.getByRole("dialog", { name: "Share this video" }).getByRole("status");
}

async function expectPasted(page: Page, studio: Studio, text: string) {
  await studio.prompt.fill("");
  await page.keyboard.press("Control+v");
  await expect(studio.prompt).toHaveValue(text);
}

function refuseClipboard() {
  const refuse = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
  navigator.clipboard.write = refuse;
  navigator.clipboard.writeText = refuse;
}
