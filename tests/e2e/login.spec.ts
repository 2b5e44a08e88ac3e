import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";
import { coffee, openStudio, prepare } from "./studio.ts";

const password = "open sesame";
const submit = {
  headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
  data: { prompt: "a rocket" },
};

test("asks for the password first, and only once", async ({
  page,
  browser,
  startApp,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 401/);
  const app = await startApp({ ACCESS_PASSWORD: password });
  await page.goto(app.origin);
  await expect(page).toHaveURL(`${app.origin}/login`);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await expect(page.locator("[autocomplete=username]")).toHaveValue("studio");
  await expect(page.getByLabel("Password")).toHaveAttribute("id", "password");
  await page.getByLabel("Password").fill("open barley");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("That is not the password.");
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${app.origin}/`);

  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, "[Static shot] the cup");
  await studio.generate.click();
  await expect(page.getByText("Kept on this server")).toBeVisible({ timeout: 60_000 });

  // Everyone who knows the password uses the same library.
  const friend = await browser.newContext();
  await friend.request.post(`${app.origin}/login`, { form: { password } });
  const theirs = await openStudio(await friend.newPage(), app.origin);
  await expect(theirs.library).toHaveCount(1);
  await friend.close();

  // A draft that the next visitor must not see.
  const kept = () =>
    page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await studio.prompt.fill("not sent yet");
  await expect.poll(kept).toEqual(["firstframe"]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(`${app.origin}/login`);
  await expect.poll(kept).toEqual([]);
  expect((await page.request.get(`${app.origin}/api/generations`)).status()).toBe(401);
});

test("refuses every route without the password", async ({ request, startApp }) => {
  const app = await startApp({ ACCESS_PASSWORD: password });
  const id = crypto.randomUUID();
  const answers = await Promise.all([
    request.post(`${app.origin}/api/fal/proxy`, submit),
    request.post(`${app.origin}/api/fal/proxy`, {
      headers: {
        "x-fal-target-url": "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3",
      },
      data: { content_type: "image/png", file_name: "x.png" },
    }),
    request.get(`${app.origin}/api/generations`),
    request.get(`${app.origin}/api/generations/${id}`),
    request.delete(`${app.origin}/api/generations/${id}`),
    request.put(`${app.origin}/api/generations/${id}/share`, { data: {} }),
    request.get(`${app.origin}/api/shares`),
    request.get(`${app.origin}/media/${id}/video.mp4`),
  ]);
  expect(answers.map((answer) => answer.status())).toEqual(answers.map(() => 401));
  const forged = { cookie: "firstframe=Fe26.2*1*forged" };
  const withForged = await request.get(`${app.origin}/api/generations`, { headers: forged });
  expect(withForged.status()).toBe(401);
});

test("accepts the password in every form that a keyboard writes", async ({
  playwright,
  startApp,
}) => {
  const app = await startApp({ ACCESS_PASSWORD: "Åse’s café ２４ " });
  const tries: [given: string, status: number][] = [
    ["Åse’s café ２４ ", 303],
    ["Åse’s café 24".normalize("NFC"), 303],
    ["Åse’s café 24".normalize("NFD"), 303],
    ["Åse’s café ２４", 303],
    ["\u00a0Åse’s\u00a0café 24\u3000", 303],
    ["\ufeffÅse’s café 24\r\n", 303],
    ["Åse’s cafe 24", 401],
    ["åse’s café 24", 401],
    ["Åse’scafé 24", 401],
    [" ", 401],
    ["", 401],
  ];
  for (const [given, status] of tries) {
    const context = await playwright.request.newContext();
    const answer = await context.post(`${app.origin}/login`, {
      form: { password: given },
      maxRedirects: 0,
    });
    expect(answer.status(), JSON.stringify(given)).toBe(status);
    await context.dispose();
  }
});

test("limits wrong passwords for each address, and lets others sign in", async ({
  playwright,
  startApp,
}) => {
  const app = await startApp({ ACCESS_PASSWORD: password, TRUST_PROXY: "true" });
  const tryFrom = async (address: string, guess: string) => {
    const context = await playwright.request.newContext();
    const answer = await context.post(`${app.origin}/login`, {
      form: { password: guess },
      headers: { "x-forwarded-for": `203.0.113.1, ${address}` },
      maxRedirects: 0,
    });
    await context.dispose();
    return answer.status();
  };
  const statuses: number[] = [];
  for (let guess = 0; guess < 11; guess++)
    statuses.push(await tryFrom("198.51.100.7", `guess ${guess}`));
  expect(statuses).toEqual([...Array(10).fill(401), 429]);
  expect(await tryFrom("198.51.100.7", password)).toBe(429);
  expect(await tryFrom("198.51.100.8", password)).toBe(303);
});

test("keeps the draft when the session has ended meanwhile", { tag: "@long" }, async ({
  page,
  startApp,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 401/);
  const app = await startApp({ ACCESS_PASSWORD: password });
  await page.request.post(`${app.origin}/login`, { form: { password } });
  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, "the cup");
  await page.context().clearCookies();
  await studio.generate.click();
  await expect(studio.alert.first()).toHaveText(/You are signed out/);
  await expect(studio.prompt).toHaveValue("the cup");

  await page.request.post(`${app.origin}/login`, { form: { password } });
  await page.getByRole("button", { name: "Try again" }).first().click();
  await expect(page.getByText("Kept on this server")).toBeVisible({ timeout: 60_000 });
});
