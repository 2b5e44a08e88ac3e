import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

// A page that is left while it loads reports the requests that were cut off.
async function untilLoaded(page: Page, load: () => Promise<unknown>) {
  const library = page.waitForResponse((answer) => answer.url().endsWith("/api/generations"));
  await load();
  await (await library).finished();
}
const goTo = (page: Page, url: string) => untilLoaded(page, () => page.goto(url));

const PASSWORD = "a long password";

test("refuses a copied cookie after its browser has signed out", async ({
  page,
  startApp,
  playwright,
}) => {
  const app = await startApp({ ACCESS_PASSWORD: PASSWORD });
  await page.goto(`${app.origin}/login`);
  await page.getByLabel("Password").fill(PASSWORD);
  await untilLoaded(page, () => page.getByRole("button").click());
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

test("refuses a copied cookie after its browser has signed in again", async ({
  page,
  startApp,
  playwright,
}) => {
  const app = await startApp({ ACCESS_PASSWORD: PASSWORD });
  const signIn = async () => {
    await page.goto(`${app.origin}/login`);
    await page.getByLabel("Password").fill(PASSWORD);
    await untilLoaded(page, () => page.getByRole("button").click());
    await expect(page).toHaveURL(`${app.origin}/`);
  };
  await signIn();
  const storageState = await page.context().storageState();
  const stolen = await playwright.request.newContext({ storageState });
  await signIn();

  expect((await stolen.get(`${app.origin}/api/generations`)).status()).toBe(401);
  expect((await page.request.get(`${app.origin}/api/generations`)).status()).toBe(200);
  await stolen.dispose();
});

test("does not restore the key to a client that signs in with a copied cookie after a sign-out", async ({
  startApp,
  playwright,
}) => {
  const app = await startApp({ ACCESS_PASSWORD: PASSWORD, ALLOW_OWN_KEY: "true" });
  const post = { maxRedirects: 0, headers: { origin: app.origin } };
  const login = { ...post, form: { password: PASSWORD } };
  const own = await playwright.request.newContext({ baseURL: app.origin });
  await own.post("/login", login);
  await own.post("/key", { ...post, form: { key: "0a1b2c3d-own-key:5e6f7a8b9c0d1e2f" } });
  const withKey = await (await own.get("/key")).text();
  const storageState = await own.storageState();
  await own.post("/logout", post);

  const stolen = await playwright.request.newContext({ baseURL: app.origin, storageState });
  expect((await stolen.post("/login", login)).status()).toBe(303);
  await own.post("/login", login);
  const withoutKey = await (await own.get("/key")).text();

  const textOf = (html: string) => html.replaceAll(/nonce="[^"]*"|nonce-[^']*/g, "");
  expect(textOf(withKey)).not.toBe(textOf(withoutKey));
  expect(textOf(await (await stolen.get("/key")).text())).toBe(textOf(withoutKey));
  await Promise.all([own.dispose(), stolen.dispose()]);
});

test("limits the sign-outs that one client can record", async ({ startApp, playwright }) => {
  const app = await startApp();
  const headers = { origin: app.origin };
  const signOutAnew = async () => {
    const visitor = await playwright.request.newContext();
    await visitor.get(app.origin);
    const answer = await visitor.post(`${app.origin}/logout`, { headers, maxRedirects: 0 });
    await visitor.dispose();
    return answer.status();
  };
  const statuses: number[] = [];
  for (let time = 0; time < 61; time++) statuses.push(await signOutAnew());
  expect(statuses.slice(0, 60)).not.toContain(429);
  expect(statuses[60]).toBe(429);
});

test("lets a visitor sign out although strangers have used up their sign-outs", async ({
  startApp,
  playwright,
}) => {
  const app = await startApp({ ACCESS_PASSWORD: PASSWORD });
  const post = { maxRedirects: 0, headers: { origin: app.origin } };
  const own = await playwright.request.newContext({ baseURL: app.origin });
  await own.post("/login", { ...post, form: { password: PASSWORD } });
  const stranger = await playwright.request.newContext({ baseURL: app.origin });
  for (let time = 0; time < 61; time++)
    expect((await stranger.post("/logout", post)).status()).toBe(303);

  expect((await own.post("/logout", post)).status()).toBe(303);
  expect((await own.get("/api/generations")).status()).toBe(401);
  await Promise.all([own.dispose(), stranger.dispose()]);
});

test("keeps the sessions of two servers on one host apart", async ({ page, startApp }) => {
  const [one, other] = [await startApp(), await startApp()];
  await page.goto(one.origin);
  const before = await sessionsOf(page);
  await page.goto(other.origin);
  const after = await sessionsOf(page);

  expect(after).toHaveLength(2);
  expect(after).toEqual(expect.arrayContaining(before.map(({ name }) => ({ name, path: "/" }))));
});

test("restores a library together with the secret that opens it", async ({ page, startApp }) => {
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
  await untilLoaded(page, () => page.reload());
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

test("restores the libraries of two earlier secrets", { tag: "@long" }, async ({
  page,
  startApp,
}) => {
  const [first, second, third] = ["a first secret ", "a second secret ", "a third secret "].map(
    (text) => text.repeat(3),
  ) as [string, string, string];
  const env = { SESSION_SECRET: first };
  const app = await startApp(env);
  await goTo(page, app.origin);
  const libraries = [await ownerCookie(page)];
  for (const secret of [second, third]) {
    await page.goto("about:blank");
    await app.kill();
    env.SESSION_SECRET = secret;
    await app.restart();
    await goTo(page, app.origin);
    libraries.push(await ownerCookie(page));
  }

  await page.goto("about:blank");
  await app.kill();
  env.SESSION_SECRET = `${third},${second},${first}`;
  await app.restart();
  await goTo(page, app.origin);
  const owners = new Set<string>();
  for (let time = 0; time < 3; time++) {
    const kept = await ownerCookie(page, "-aside");
    owners.add(kept?.split("!").at(-1) ?? "");
    const press = page.getByRole("button", { name: "Open the other library" });
    await untilLoaded(page, () => press.click());
  }
  expect(owners).toContain(libraries[0]);
  expect(owners.size).toBe(3);
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
