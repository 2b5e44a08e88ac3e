import { expect, test } from "./fixtures.ts";

const texts = {
  "en-GB": { title: "This page stopped working", reload: "Load it again" },
  "zh-CN": { title: "页面出错了", reload: "重新加载" },
};

for (const [locale, { title, reload }] of Object.entries(texts))
  test.describe(locale, () => {
    test.use({ locale });

    test("says in the visitor's language that drawing the page failed, and loads it again", async ({
      page,
      allowConsoleError,
    }) => {
      allowConsoleError(/no media queries here/);
      // The samples of a first visit ask for it in an effect, so the error reaches React.
      await page.addInitScript(() => {
        if (sessionStorage.getItem("hasFailed")) return;
        sessionStorage.setItem("hasFailed", "yes");
        window.matchMedia = () => {
          throw new Error("no media queries here");
        };
      });
      await page.goto("/");
      await expect(page.getByRole("heading", { name: title })).toBeVisible();
      await page.getByRole("button", { name: reload }).click();
      await expect(page.getByRole("heading", { name: title })).toBeHidden();
      await expect(page.locator("textarea")).toBeVisible();
    });
  });
