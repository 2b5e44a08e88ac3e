import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

// A page that is left while it loads complains of what it did not get.
const goTo = (page: Page, url: string) => page.goto(url, { waitUntil: "networkidle" });

const PASSWORD = "a long password";

test("a copied cookie opens nothing after its browser has signed out", async ({
  page,
  startApp,
  playwright,
}) => {
  const app = await startApp({ ACCESS_PASSWORD: PASSWORD });
  await page.goto(`${app.origin}/login`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button").click();
  await expect(page).toHaveURL(`${app.origin}/`);
  const stolen = await playwright.request.newContext({
    storageState: await page.context().storageState(),
  });
  expect((await stolen.get(`${app.origin}/api/generations`)).status()).toBe(200);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login$/);

  expect((await stolen.get(`${app.origin}/api/generations`)).status()).toBe(401);
  await stolen.dispose();
});

test("two servers of one host leave each other's sessions alone", async ({ page, startApp }) => {
  const [one, other] = [await startApp(), await startApp()];
  await page.goto(one.origin);
  const before = await sessionsOf(page);
  await page.goto(other.origin);
  const after = await sessionsOf(page);

  expect(after).toHaveLength(2);
  expect(after).toEqual(expect.arrayContaining(before.map(({ name }) => ({ name, path: "/" }))));
});

test("a library comes back with the secret that opens it", async ({ page, startApp }) => {
  const [earlier, later] = ["an earlier secret ".repeat(3), "a later secret ".repeat(3)];
  const env = { SESSION_SECRET: earlier };
  const app = await startApp(env);
  await goTo(page, app.origin);
  const own = await ownerCookie(page);

  await page.goto("about:blank");
  await app.kill();
  env.SESSION_SECRET = later;
  await app.restart();
  await goTo(page, app.origin);
  await page.reload({ waitUntil: "networkidle" });
  await expect(page.getByText("another library here, which can't be opened")).toBeVisible();
  expect(await ownerCookie(page, "-aside")).toBe(own);

  await page.goto("about:blank");
  await app.kill();
  env.SESSION_SECRET = `${later},${earlier}`;
  await app.restart();
  await goTo(page, app.origin);
  await page.getByRole("button", { name: "Open the other library" }).click();
  await expect(page).toHaveURL(`${app.origin}/`);
  await expect(page.getByText("from before the server's secret changed")).toBeVisible();
  expect(await ownerCookie(page, "-aside")).not.toBe(own);
});

async function sessionsOf(page: Page) {
  const cookies = await page.context().cookies();
  return cookies.map(({ name, path }) => ({ name, path }));
}

async function ownerCookie(page: Page, ending = ""): Promise<string | undefined> {
  const cookies = await page.context().cookies();
  const name = new RegExp(`^firstframe-\\d+${ending}$`);
  return cookies.find((cookie) => name.test(cookie.name))?.value;
}
