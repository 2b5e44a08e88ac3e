import { expect, test } from "./fixtures.ts";
import { copyAndPaste, drag, expectSaid, putOnline } from "./hands.ts";
import { coffee, openStudio, rocket } from "./studio.ts";
import { quarters } from "./test-pictures.ts";

test("puts text into the prompt, dragged or pasted with a bitmap of it, and keeps the picture", async ({
  page,
}) => {
  const studio = await openStudio(page);
  await drag(page, { files: [coffee] }, page.locator("[data-drop-zone]"));
  await expect(studio.state).toHaveText("Picture ready");

  await drag(page, { data: { "text/plain": "A cup steams" } }, studio.prompt);
  await expect(studio.prompt).toHaveValue("A cup steams");
  await studio.prompt.fill("");
  const bitmap = await quarters().png().toBuffer();
  await copyAndPaste(page, {
    "text/plain": "1\t2",
    "text/html": "<table><tr><td>1</td><td>2</td></tr></table>",
    "image/png": bitmap,
  });
  await expect(studio.prompt).toHaveValue("1\t2");
  await expect(page.getByText(/coffee.jpg · 600 × 400/)).toBeVisible();
});

test("shows that it takes a dragged link, and takes the picture inside", async ({ page }) => {
  await putOnline(page, { "https://cdn.example/cup.jpg?w=2&h=1": coffee });
  const studio = await openStudio(page);
  const data = {
    "text/uri-list": "https://shop.example/cup",
    "text/html": '<a href="/cup"><img src="https://cdn.example/cup.jpg?w=2&amp;h=1"></a>',
    "text/plain": "https://shop.example/cup",
  };
  await drag(page, { data }, page.locator("[data-drop-zone]"), async () => {
    await expect(page.getByText("Let go, and it is your first frame")).toBeVisible();
  });
  await expect(page.getByText("Let go, and it is your first frame")).toBeHidden();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(page.getByText(/cup.jpg · 600 × 400/)).toBeVisible();
});

test("says what became of several files, and why there is no picture", async ({
  page,
}, testInfo) => {
  const studio = await openStudio(page);
  const zone = page.locator("[data-drop-zone]");
  await drag(page, { files: [import.meta.filename, coffee, rocket] }, zone);
  await expect(studio.state).toHaveText("Picture ready");
  await expectSaid(page, /one picture is used at a time: rocket.jpg · .*no picture: drops.spec.ts/);
  await expect(page.getByText(/coffee.jpg · .*one picture is used at a time/)).toBeVisible();

  await drag(page, { data: { "text/plain": "A cup on a table" } }, zone);
  await expect(studio.alert).toHaveText(/This is text, not a picture/);
  await expect(page.getByText(/coffee.jpg · 600 × 400/)).toBeVisible();
  await drag(page, { files: [testInfo.outputPath("gone.jpg")] }, zone);
  await expect(studio.alert).toHaveText(/This file is no longer there/);
});
