import type { Page } from "@playwright/test";
import { expectFine } from "./appearance.ts";
import { expect, test } from "./fixtures.ts";
import { makeVideo, publish } from "./links.ts";
import { countPresses } from "./presses.ts";
import { openStudio } from "./studio.ts";

const rows = (page: Page) => page.getByRole("list", { name: "Links" }).getByRole("listitem");

test("an old link is taken back in three presses, and comes back by the toast and by Ctrl Z", async ({
  page,
  app,
}) => {
  const owner = page.request;
  const old = await makeVideo(owner, app, "an old rocket");
  const share = await publish(app, { owner, id: old }, { expiresInHours: 24 });
  const other = await makeVideo(owner, app, "a cup");
  await publish(app, { owner, id: other }, {});
  const presses = await countPresses(page);
  await openStudio(page);

  await page.getByRole("link", { name: "Links" }).click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole("searchbox", { name: "Search your links" }).click();
  await page.keyboard.type("rocket");
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(/\/links\?q=rocket$/);
  await expect(rows(page)).toContainText("0 views");
  await expect(rows(page)).toContainText("ends");
  await rows(page).getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText("1 link was taken back.")).toBeVisible();
  expect(await presses()).toBe(3);
  await expect(rows(page)).toHaveCount(0);
  await expect.poll(async () => (await owner.get(share.url)).status()).toBe(410);

  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rows(page)).toHaveCount(1);
  expect((await owner.get(share.url)).status()).toBe(200);
  await rows(page).getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText("1 link was taken back.")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(rows(page)).toHaveCount(1);
  expect((await owner.get(share.url)).status()).toBe(200);
});

test("a link's title is changed in place, stands on its page, and goes back if the server refuses it", async ({
  page,
  app,
  allowConsoleError,
}) => {
  allowConsoleError(/Failed to load resource|status of 500/);
  const id = await makeVideo(page.request, app, "a rocket");
  const share = await publish(app, { owner: page.request, id }, { hidePrompt: true });
  await page.goto("/links");

  await rows(page).getByRole("button", { name: "Rename" }).click();
  const field = page.getByRole("textbox", { name: "Title" });
  await expect(field).toBeFocused();
  await expect(page.getByText("Everyone who has the link sees the title")).toBeVisible();
  await field.fill("Lift-off");
  await page.keyboard.press("Enter");
  await expect(rows(page)).toContainText("Lift-off");
  await expect(rows(page).getByRole("button", { name: "Rename" })).toBeFocused();
  await expect
    .poll(async () => (await page.request.get(share.url)).text())
    .toContain("Lift-off · Firstframe");

  await page.keyboard.press("Enter");
  await field.fill("Never");
  await page.keyboard.press("Escape");
  await expect(rows(page)).toContainText("Lift-off");
  await page.route("**/api/generations/*", (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await rows(page).getByRole("button", { name: "Rename" }).click();
  await field.fill("Refused");
  await page.keyboard.press("Enter");
  await expect(page.getByText("The title wasn’t saved")).toBeVisible();
  await expect(rows(page)).toContainText("Lift-off");

  await page.getByRole("link", { name: "In the studio" }).click();
  await expect(page.getByRole("region", { name: "Result" }).locator("video")).toBeVisible();
  await expect(page).toHaveURL(`${app.origin}/`);
});

for (const locale of ["en-US", "zh-CN"]) {
  test(`every state of the links is fine, in ${locale}`, {
    tag: "@long",
  }, async ({ browser, app, allowConsoleError }) => {
    test.setTimeout(240_000);
    allowConsoleError(/Failed to load resource|ERR_INTERNET_DISCONNECTED|status of/);
    const own = await browser.newContext({ locale, baseURL: app.origin });
    const page = await own.newPage();
    const [name, words] =
      locale === "en-US"
        ? [
            "Links",
            { none: /Nothing is shared/, nothing: /No link fits/, failed: /can’t be loaded/ },
          ]
        : ["分享链接", { none: /还没有分享过/, nothing: /没有符合条件/, failed: /暂时无法加载/ }];
    await page.goto("/links");
    await expect(page.getByText(words.none)).toBeVisible();
    await expectFine(page, "no link");

    const id = await makeVideo(page.request, app, "a rocket that leaves the ground at night");
    await publish(app, { owner: page.request, id }, { hidePrompt: true, password: "x" });
    await page.reload();
    const list = page.getByRole("list", { name }).getByRole("listitem");
    await expect(list).toHaveCount(1);
    await expectFine(page, "a link");
    await list.getByRole("button", { name: /^(Rename|重命名)$/ }).click();
    await expectFine(page, "a title that is changed");
    await page.keyboard.press("Escape");
    await list.getByRole("button", { name: /^(Take back|停止分享)$/ }).click();
    await expect(page.getByText(words.none)).toBeVisible();
    await expectFine(page, "a link that was taken back");
    await page.getByRole("button", { name: /^(Undo|撤销)$/ }).click();
    await expect(list).toHaveCount(1);

    await page.getByRole("searchbox").fill("“nothing” OR 🚀🚀 ' -- *");
    await expect(page.getByText(words.nothing)).toBeVisible();
    await expectFine(page, "no link that fits");
    await page.getByRole("button", { name: /^(Show all|显示全部)$/ }).click();
    await expect(list).toHaveCount(1);
    await own.setOffline(true);
    await expectFine(page, "offline");
    await own.setOffline(false);

    await page.route("**/api/generations?*", (route) => route.abort());
    await page.reload();
    await expect(page.getByText(words.failed)).toBeVisible();
    await expectFine(page, "links that could not be loaded");
    await page.unroute("**/api/generations?*");
    await page.route("**/api/generations?*", () => {});
    await page.reload();
    await expect(page.locator("main [aria-hidden] .bg-stage").first()).toBeVisible();
    await expectFine(page, "links on their way");
    await own.close();
  });
}
