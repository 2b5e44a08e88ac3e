import { expect as baseExpect, type Locator, type Page, type Request } from "@playwright/test";
import { type LocalFalProcess, startLocalFalProcess } from "../contract/local-fal-process.ts";
import { type AppServer, startAppServer } from "./app-server.ts";
import { test as base } from "./fixtures.ts";
import { coffee, openStudio, prepare, rocket, type Studio } from "./studio.ts";

const expect = baseExpect.configure({ timeout: 30_000 });
const password = "open sesame";
const ownKey = "0a1b2c3d-own-key:5e6f7a8b9c0d1e2f";
const prompt = "[Push in] the cup";

/** What happens when the button or link is pressed. */
type Effect =
  | "sends it again"
  | "focuses the prompt"
  | "focuses the model"
  | "asks for a file"
  | { opens: string };

type Failure = {
  title: string;
  says?: RegExp;
  charge: "You were not charged." | "fal charged for this run." | RegExp;
  /** The field that the problem is about, as the page names it. */
  field?: string;
  /** All buttons and links, in this order. */
  actions: Record<string, Effect>;
  /** The state in the line under the stage. */
  state: "Failed" | "Not sent" | "Answer lost";
};

type Row = Failure & {
  what: string;
  /** A fault as described in docs/local-fal.md. */
  fault: string;
  /** The status that the browser reports in its console. */
  status?: number;
};

// All rows of a worker use one app and one local fal. The prompt of a row asks for its fault.
const test = base.extend<object, { fal: LocalFalProcess }>({
  fal: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the required fixtures from the pattern.
    async ({}, use) => {
      const fal = await startLocalFalProcess("--concurrency", "4");
      await use(fal);
      await fal.stop();
    },
    { scope: "worker" },
  ],
  app: [
    async ({ fal }, use) => {
      const app = await startAppServer(paidBy(fal));
      await use(app);
      await app.stop();
    },
    { scope: "worker" },
  ],
  apps: async ({ app, fal }, use) => use([app, uploadsOf(fal, app)]),
});

const notCharged = "You were not charged.";
const maybeCharged = /fal may have charged for it/;

const rows: Row[] = [
  {
    what: "the content policy is against it",
    fault: "content_policy_violation; units=1",
    state: "Failed",
    title: "The model declined this one",
    field: "Prompt",
    charge: maybeCharged,
    actions: { "Edit prompt": "focuses the prompt", "Choose another": "asks for a file" },
  },
  {
    what: "the picture can't be read",
    fault: "image_load_error",
    state: "Failed",
    title: "This is not a picture we can read",
    field: "Picture",
    charge: notCharged,
    actions: { "Choose another": "asks for a file" },
  },
  {
    what: "the picture can't be fetched",
    fault: "file_download_error",
    state: "Failed",
    title: "This is not a picture we can read",
    field: "Picture",
    charge: notCharged,
    actions: { "Choose another": "asks for a file" },
  },
  {
    what: "the model finds something else wrong with the input",
    fault: "face_detection_error; units=1",
    state: "Failed",
    title: "The model could not use this input",
    says: /face/i,
    charge: maybeCharged,
    actions: { "Edit prompt": "focuses the prompt", "Choose another": "asks for a file" },
  },
  {
    what: "the account is empty",
    fault: "user_locked; times=100",
    status: 403,
    state: "Not sent",
    title: "The fal account is locked",
    says: /fal\.ai\/dashboard\/billing/,
    charge: notCharged,
    actions: { "Try again": "sends it again", "Use your own key": { opens: "/key" } },
  },
  {
    what: "the key is bad",
    fault: "invalid_key; times=100",
    status: 401,
    state: "Not sent",
    title: "fal refused this server's key",
    charge: notCharged,
    actions: { "Try again": "sends it again", "Use your own key": { opens: "/key" } },
  },
  {
    what: "the model is not there any more",
    fault: "application_not_found; times=100",
    status: 404,
    state: "Not sent",
    title: "fal does not know this model",
    charge: notCharged,
    actions: { "Choose a model": "focuses the model" },
  },
  {
    what: "the model breaks",
    fault: "internal_server_error",
    state: "Failed",
    title: "The model failed while it worked",
    charge: notCharged,
    actions: { "Try again": "sends it again" },
  },
  {
    what: "the answer is lost",
    fault: "answer_lost",
    status: 500,
    state: "Answer lost",
    title: "It is not known whether fal took this one",
    says: /could pay for it twice/,
    charge: maybeCharged,
    actions: { "Send it again": "sends it again" },
  },
  {
    what: "the result is gone",
    fault: "result_expired",
    state: "Failed",
    title: "The result is no longer kept",
    charge: "fal charged for this run.",
    actions: { "Try again": "sends it again" },
  },
  {
    what: "the video is gone",
    fault: "video_gone",
    state: "Failed",
    title: "fal no longer has the video's file",
    charge: "fal charged for this run.",
    actions: { "Try again": "sends it again" },
  },
];

for (const { what, fault, status, ...failure } of rows) {
  test(`says what happened and what to do when ${what}`, async ({ page, allowConsoleError }) => {
    if (status) allowConsoleError(new RegExp(`status of ${status}`));
    const studio = await openStudio(page);
    await prepare(studio, coffee, `${prompt} {{fault: ${fault}}}`);
    await studio.generate.click();
    await expectFailure(page, studio, failure);
  });
}

// The upstream is silent for half a minute of the server's own clock.
for (const { what, fault, says } of [
  { what: "fails", fault: "503", says: "fal does not say how the run goes" },
  { what: "refuses the key", fault: "invalid_key", says: "fal no longer takes the key" },
])
  test(`says on the open page that fal's result call ${what} for long`, {
    tag: "@long",
  }, async ({ page }) => {
    const studio = await openStudio(page);
    await prepare(studio, coffee, `${prompt} {{fault: ${fault}; call=result; times=1000}}`);
    await studio.generate.click();
    await expect(studio.state).toHaveText("No word from fal", { timeout: 80_000 });
    await expect(page.locator("main")).toContainText(says);
    expect(await page.locator("main").textContent()).not.toContain("Making the video");
    await expect(studio.alert).toHaveCount(0);
  });

test("counts down the minute after fal has refused for too many requests", async ({
  page,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 429/);
  await page.clock.install();
  const studio = await openStudio(page);
  await prepare(studio, coffee, `${prompt} {{fault: 429; times=100}}`);
  await studio.generate.click();
  await untilRefused(page, studio);
  // The record contains the time of the server's own clock.
  await page.clock.setSystemTime(Date.now());
  await expectCountdown(page, studio, "fal takes no more requests at the moment");
});

test.describe("with limits that a test can reach", () => {
  let app: AppServer;

  test.beforeAll(async ({ fal }) => {
    const limits = { STARTS_PER_MINUTE: "2", BUDGET_USD_PER_OWNER_PER_DAY: "0.60" };
    const noKeys = { ALLOW_OWN_KEY: "false" };
    app = await startAppServer({ ...paidBy(fal), ...limits, ...noKeys });
  });
  test.beforeEach(({ apps }) => void apps.push(app));
  test.afterAll(() => app.stop());

  // Starts a run elsewhere, as another tab would: this tab does not know about it, so its button stays enabled.
  const startElsewhere = (page: Page) =>
    page.request.post(`${app.origin}/api/fal/proxy`, {
      headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
      data: { prompt: "elsewhere {{fault: slow_start; ms=600000}}" },
    });

  test("counts down the minute after too many starts", async ({ page, allowConsoleError }) => {
    allowConsoleError(/status of 429/);
    await page.clock.install();
    const studio = await openStudio(page, app.origin);
    await prepare(studio, coffee, prompt);
    for (let start = 0; start < 2; start++) await startElsewhere(page);
    await studio.generate.click();
    await untilRefused(page, studio);
    await expectCountdown(page, studio, "You started too many in one minute");
  });

  test("leads to the ledger when the day's budget is spent", async ({
    page,
    allowConsoleError,
  }) => {
    allowConsoleError(/status of 402/);
    const studio = await openStudio(page, app.origin);
    await prepare(studio, coffee, prompt);
    expect((await startElsewhere(page)).status()).toBe(200);
    await studio.generate.click();
    await expectFailure(page, studio, {
      state: "Not sent",
      title: "Today's budget is spent",
      says: /00:00 UTC/,
      charge: notCharged,
      actions: { "See the ledger": { opens: "/ledger" } },
    });
  });
});

test("leads to the visitor's own key when fal refuses it", async ({
  page,
  app,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 401/);
  await page.request.post(`${app.origin}/key`, { form: { key: ownKey } });
  const studio = await openStudio(page);
  await prepare(studio, coffee, `${prompt} {{fault: invalid_key; times=100}}`);
  await studio.generate.click();
  await expectFailure(page, studio, {
    state: "Not sent",
    title: "fal refused your key",
    charge: notCharged,
    actions: { "Try again": "sends it again", "Enter another key": { opens: "/key" } },
  });
});

test("says that fal can't be reached for a run and for an upload", async ({
  page,
  apps,
  startApp,
  allowConsoleError,
}) => {
  // The picture also comes from the server.
  allowConsoleError(/status of 503|net::ERR_/);
  const fal = await startLocalFalProcess();
  const app = await startApp(paidBy(fal));
  apps.push(uploadsOf(fal, app));
  await page.clock.install();
  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, prompt);
  await fal.stop();
  await studio.generate.click();
  await untilRefused(page, studio);
  const failure: Failure = {
    state: "Not sent",
    title: "fal can't be reached right now",
    charge: notCharged,
    actions: { "Try again": "sends it again" },
  };
  await expectFailure(page, studio, failure);

  await studio.image.setInputFiles(rocket);
  await untilRefused(page, studio);
  await expect(studio.state).toHaveText("Not uploaded");
  await expect(studio.alert).toContainText(`${failure.title}Nothing was sent.`);
  const uploads = recordUploads(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => uploads.length).toBeGreaterThan(0);
});

test("offers to sign in beside the page when the session has ended", async ({
  page,
  context,
  startApp,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 401/);
  const app = await startApp({ ACCESS_PASSWORD: password });
  const signIn = () => page.request.post(`${app.origin}/login`, { form: { password } });
  await signIn();
  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, prompt);
  await context.clearCookies();
  await studio.generate.click();
  await expectFailure(page, studio, {
    state: "Not sent",
    title: "You are signed out",
    charge: /Local runs cost nothing\./,
    actions: { "Sign in": { opens: "/login" }, "Try again": "sends it again" },
  });

  await studio.image.setInputFiles(rocket);
  await expect(studio.state).toHaveText("Not uploaded");
  await expect(studio.alert).toContainText("You are signed out");
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Sign in" }).click();
  const login = await opened;
  await login.getByLabel("Password").fill(password);
  await login.keyboard.press("Enter");
  await expect(login).toHaveURL(`${app.origin}/`);
  await login.close();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(studio.state).toHaveText("Picture ready");
  await expect(studio.alert).toHaveCount(0);
});

test("says that the visitor is offline, and sends when the connection is back", async ({
  page,
  context,
  allowConsoleError,
}) => {
  allowConsoleError(/net::ERR_INTERNET_DISCONNECTED/);
  const studio = await openStudio(page);
  await prepare(studio, coffee, `${prompt} {{fault: content_policy_violation}}`);
  await context.setOffline(true);
  await studio.generate.click();
  await expect(studio.alert).toContainText("You are offline");
  await expect(studio.alert).toContainText(notCharged);
  await context.setOffline(false);
  await expectFailure(page, studio, {
    state: "Not sent",
    title: "You are offline",
    charge: notCharged,
    actions: { "Try again": "sends it again" },
  });
});

function paidBy(fal: LocalFalProcess) {
  return {
    FAL_KEY: "id:secret",
    FAL_UPSTREAM: fal.origin,
    ALLOW_PUBLIC: "true",
    ALLOW_OWN_KEY: "true",
    BUDGET_USD_PER_DAY: "1000",
    LOG_LEVEL: "error",
  };
}

/** Uploads go directly to the local fal, so the page may call its address, too. */
function uploadsOf(fal: LocalFalProcess, app: AppServer): AppServer {
  return { ...app, origin: fal.origin, output: () => "" };
}

/** Advances the clock past the pauses of the fal client's own retries. */
async function untilRefused(page: Page, studio: Studio) {
  await expect(async () => {
    if ((await studio.alert.count()) === 0) await page.clock.fastForward(20_000);
    await expect(studio.alert).toBeVisible({ timeout: 250 });
  }).toPass();
}

async function expectFailure(page: Page, studio: Studio, failure: Failure) {
  const { title, says, charge, field, actions, state } = failure;
  await expect(studio.alert).toContainText(title);
  await expect(studio.alert).toContainText(charge);
  if (says) await expect(studio.alert).toContainText(says);
  if (field) await expect(studio.alert.getByText(field, { exact: true })).toBeVisible();
  await expect(studio.state).toHaveText(state);
  await expect(studio.progress).toHaveCount(0);
  const sent = await studio.prompt.inputValue();
  expect(sent).toContain(prompt);
  await expectPictureShown(page);
  const offered = page.getByRole("alert").locator("xpath=following-sibling::div").locator("> *");
  expect((await offered.allTextContents()).toSorted()).toEqual(Object.keys(actions).toSorted());
  await page.screenshot({ path: test.info().outputPath("failure.png") });

  for (const [name, effect] of Object.entries(actions)) await press(page, studio, name, effect);
}

async function expectCountdown(page: Page, studio: Studio, title: string) {
  await expect(studio.alert).toContainText(title);
  await expect(studio.alert).toContainText(notCharged);
  await expect(studio.state).toHaveText("Not sent");
  await expectPictureShown(page);
  const retry = page.getByRole("button", { name: /^Try again/ });
  await expect(retry).toHaveText(/^Try again in (1:00|0:\d\d)$/);
  await expect(retry).toBeDisabled();
  await page.screenshot({ path: test.info().outputPath("failure.png") });
  await page.clock.fastForward(60_000);
  await expect(retry).toHaveText("Try again");
  await press(page, studio, "Try again", "sends it again");
}

async function press(page: Page, studio: Studio, name: string, effect: Effect) {
  const button = page.getByRole("button", { name, exact: true });
  switch (effect) {
    case "focuses the prompt":
      await button.click();
      return expect(studio.prompt).toBeFocused();
    case "focuses the model":
      await button.click();
      return expect(page.getByRole("combobox", { name: "Model" })).toBeFocused();
    case "asks for a file": {
      const asked = page.waitForEvent("filechooser");
      await button.click();
      await asked;
      return;
    }
    case "sends it again": {
      const clicks = recordClicks(page);
      await button.click();
      await expect.poll(() => clicks.length).toBeGreaterThan(0);
      expect(clicks[0]).toBe(await studio.prompt.inputValue());
      return;
    }
    default:
      return follow(page, page.getByRole("link", { name, exact: true }), effect.opens);
  }
}

async function follow(page: Page, link: Locator, path: string) {
  const url = new URL(path, page.url()).href;
  if ((await link.getAttribute("target")) !== "_blank") {
    await link.click();
    return expect(page).toHaveURL(url);
  }
  const opened = page.waitForEvent("popup");
  await link.click();
  const beside = await opened;
  await expect(beside).toHaveURL(url);
  await beside.close();
}

const targetOf = (request: Request) =>
  request.method() === "POST" ? (request.headers()["x-fal-target-url"] ?? "") : "";

/** Records the prompts that are sent from now on. */
function recordClicks(page: Page): string[] {
  const prompts: string[] = [];
  page.on("request", (request) => {
    if (targetOf(request).startsWith("https://queue.fal.run/"))
      prompts.push(request.postDataJSON().prompt);
  });
  return prompts;
}

/** Records the pictures that are uploaded from now on. */
function recordUploads(page: Page): string[] {
  const targets: string[] = [];
  page.on("request", (request) => {
    if (targetOf(request).includes("/storage/")) targets.push(targetOf(request));
  });
  return targets;
}

function expectPictureShown(page: Page) {
  return expect
    .poll(() =>
      page
        .getByRole("img", { name: "The first frame" })
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBeGreaterThan(0);
}
