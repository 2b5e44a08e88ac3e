import type { Page } from "@playwright/test";
import { type AppServer, startAppServer } from "./app-server.ts";
import { test as base, expect } from "./fixtures.ts";
import {
  type Gateway,
  type Interference,
  isApi,
  isPut,
  isSubmit,
  isUploadStart,
  startGateway,
} from "./gateway.ts";
import { type RecordingUpstream, startRecordingUpstream } from "./recording-upstream.ts";
import { coffee, openStudio, prepare, rocket, type Studio, studioOf } from "./studio.ts";

const prompt = "[Push in] the harbour";
const lie = /not charged|Not sent|account is locked|fal refused|too large/;

// An upstream that costs money and accepts every run, the app, and a gateway in front of the app.
const test = base.extend<{ gateway: Gateway }, { upstream: RecordingUpstream; paid: AppServer }>({
  upstream: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the required fixtures from the pattern.
    async ({}, use) => {
      await using upstream = await startRecordingUpstream();
      await use(upstream);
    },
    { scope: "worker" },
  ],
  paid: [
    async ({ upstream }, use) => {
      const app = await startAppServer({
        FAL_KEY: "id:secret",
        FAL_UPSTREAM: upstream.origin,
        ALLOW_PUBLIC: "true",
        BUDGET_USD_PER_DAY: "1000",
        STARTS_PER_MINUTE: "1000",
        LOG_LEVEL: "error",
      });
      await use(app);
      await app.stop();
    },
    { scope: "worker" },
  ],
  gateway: async ({ paid, apps }, use) => {
    await using gateway = await startGateway(paid.origin);
    apps.push({ ...paid, origin: gateway.origin });
    await use(gateway);
  },
});

const runsOf = ({ calls }: RecordingUpstream, words: string) =>
  calls.filter(({ method, body }) => method === "POST" && body.includes(words)).length;

/** Advances the clock past the pause between two status requests. */
async function untilState(page: Page, studio: Studio, state: RegExp) {
  await expect(async () => {
    const text = await studio.state.textContent();
    if (!state.test(text ?? "")) await page.clock.fastForward(5_000);
    await expect(studio.state).toHaveText(state, { timeout: 250 });
  }).toPass({ timeout: 30_000 });
}

const rows: { what: string; says: RegExp; how: Omit<Interference, "isPassedOn"> }[] = [
  { what: "502", says: /between this browser and the server/, how: { status: 502 } },
  { what: "503", says: /between this browser and the server/, how: { status: 503 } },
  { what: "504", says: /between this browser and the server/, how: { status: 504 } },
  {
    what: "500 in our own shape",
    says: /between this browser and the server/,
    how: {
      status: 500,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ detail: "x", error_type: "upstream_unavailable" }),
    },
  },
  { what: "401", says: /turned the call away/, how: { status: 401 } },
  { what: "403", says: /turned the call away/, how: { status: 403 } },
  { what: "413", says: /client_max_body_size/, how: { status: 413 } },
  { what: "a page of its own", says: /between this browser and the server/, how: { status: 200 } },
];

for (const { what, says, how } of rows)
  for (const isPassedOn of [true, false])
    test(`pays once when a gateway answers a click with ${what}, ${isPassedOn ? "after" : "without"} passing it on`, async ({
      page,
      gateway,
      upstream,
      allowConsoleError,
    }) => {
      allowConsoleError(/status of \d+/);
      const words = `${prompt} ${what} ${isPassedOn}`;
      await page.clock.install();
      const studio = await openStudio(page, gateway.origin);
      await studio.prompt.fill(words);
      gateway.interfere(isApi, { ...how, isPassedOn });
      await studio.generate.click();
      await expect(studio.state).toHaveText("Not known yet");
      await expect(page.locator("main")).toContainText(says);
      await expect(page.locator("main")).toContainText(/Nothing is lost/);
      expect(await page.locator("main").textContent()).not.toMatch(lie);

      // After a reload, the page asks about the same click.
      await page.reload();
      await untilState(page, studio, /Not known yet/);
      expect(await page.locator("main").textContent()).not.toMatch(lie);

      gateway.clear();
      await untilState(page, studio, /in line|Making/i);
      expect(runsOf(upstream, words)).toBe(1);
      const kept = await page.evaluate(() => Object.keys(localStorage));
      expect(kept).toEqual([]);
    });

test("stops asking when the visitor presses the button", async ({
  page,
  gateway,
  upstream,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 403/);
  const words = `${prompt} left`;
  const studio = await openStudio(page, gateway.origin);
  await studio.prompt.fill(words);
  gateway.interfere(isApi, { status: 403, isPassedOn: false });
  await studio.generate.click();
  await page.getByRole("button", { name: "Stop asking" }).click();
  await expect(page.getByText("Not known yet")).toHaveCount(0);
  gateway.clear();
  await page.reload();
  await expect(studio.prompt).toHaveValue(words);
  await expect(page.getByText("Not known yet")).toHaveCount(0);
  expect(runsOf(upstream, words)).toBe(0);
});

test("does not treat an unrelated answer of the server as the answer to the click", async ({
  page,
  gateway,
  upstream,
  allowConsoleError,
}) => {
  allowConsoleError(/status of \d+/);
  const words = `${prompt} rated`;
  await page.clock.install();
  const studio = await openStudio(page, gateway.origin);
  await studio.prompt.fill(words);
  gateway.interfere(isSubmit, { status: 502, isPassedOn: true });
  await studio.generate.click();
  await expect(studio.state).toHaveText("Not known yet");
  // The server's own answer, but to a retry that never reached the record of the click.
  gateway.interfere(isSubmit, {
    status: 429,
    isPassedOn: false,
    headers: { "content-type": "application/json", "x-firstframe-answer": String(Date.now()) },
    body: JSON.stringify({ detail: "x", error_type: "too_fast" }),
  });
  await expect(async () => {
    await page.clock.fastForward(5_000);
    expect(gateway.interfered()).toBeGreaterThan(4);
  }).toPass();
  await expect(studio.state).toHaveText("Not known yet");
  gateway.clear();
  await untilState(page, studio, /in line|Making/i);
  expect(runsOf(upstream, words)).toBe(1);
});

test.describe("in front of a local fal", () => {
  const free = test.extend<{ gateway: Gateway }>({
    gateway: async ({ app, apps }, use) => {
      await using gateway = await startGateway(app.origin);
      apps.push({ ...app, origin: gateway.origin });
      await use(gateway);
    },
  });

  for (const [what, matches] of [
    ["the start of an upload", isUploadStart],
    ["an upload", isPut],
  ] as const)
    for (const [status, says] of [
      [413, /client_max_body_size/],
      [403, /turned the call away/],
    ] as const)
      free(
        `names what a gateway's ${status} to ${what} means`,
        async ({ page, gateway, allowConsoleError }) => {
          allowConsoleError(/status of \d+/);
          const studio = await openStudio(page, gateway.origin);
          gateway.interfere(matches, { status, isPassedOn: false });
          await studio.image.setInputFiles(coffee);
          await expect(studio.state).toHaveText("Not uploaded");
          await expect(studio.alert).toContainText(says);
          expect(await studio.alert.textContent()).not.toMatch(/account is locked|broke off/);
          gateway.clear();
          await page.getByRole("button", { name: "Try again" }).click();
          await expect(studio.state).toHaveText("Picture ready");
        },
      );

  free(
    "asks on while a gateway answers for a run on its way",
    async ({ page, gateway, allowConsoleError }) => {
      allowConsoleError(/status of \d+/);
      const studio = await openStudio(page, gateway.origin);
      await prepare(studio, coffee, "the cup");
      gateway.interfere((request) => request.method === "GET" && isApi(request), {
        status: 200,
        isPassedOn: false,
      });
      await studio.generate.click();
      await expect(page.locator("main")).toContainText(/between this browser and the server/);
      await expect(page.locator("main")).toContainText(/The run goes on/);
      gateway.clear();
      await expect(studio.state).toHaveText(/in line|Making|Ready/);
      await expect(studioOf(page).alert).toHaveCount(0);
    },
  );

  free(
    "names a gateway that answers for the library and for the links",
    async ({ page, gateway, allowConsoleError }) => {
      allowConsoleError(/status of \d+/);
      gateway.interfere(isApi, { status: 403, isPassedOn: false });
      await page.goto(gateway.origin);
      const { alert } = studioOf(page);
      await expect(alert).toContainText("Nothing in it is lost");
      await expect(alert).toContainText(/turned the call away/);
      gateway.clear();
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(alert).toHaveCount(0);

      const studio = await openStudio(page, gateway.origin);
      await prepare(studio, coffee, "the cup");
      await studio.generate.click();
      await expect(studio.video).toBeVisible({ timeout: 60_000 });
      await expect(page.getByRole("button", { name: "Share" })).toBeVisible();
      gateway.interfere(isApi, { status: 502, isPassedOn: false });
      await page.getByRole("button", { name: "Share" }).click();
      await expect(alert).toContainText(/between this browser and the server/);
      gateway.clear();
      await page.getByRole("button", { name: /new link/i }).click();
      await expect(page.getByRole("button", { name: "Copy link" })).toBeVisible();

      gateway.interfere(isApi, { status: 502, isPassedOn: false });
      await page.goto(`${gateway.origin}/links`);
      await expect(alert).toContainText(/between this browser and the server/);
      gateway.clear();
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByRole("button", { name: "Copy link" })).toBeVisible();
    },
  );

  free(
    "tries a last picture again whose upload a gateway turned away",
    async ({ page, gateway, allowConsoleError }) => {
      allowConsoleError(/status of \d+/);
      const studio = await openStudio(page, gateway.origin);
      await prepare(studio, rocket, "the cup");
      await page.getByRole("combobox", { name: "Model" }).selectOption({ label: "Hailuo 02" });
      gateway.interfere(isPut, { status: 413, isPassedOn: false });
      await page.getByLabel("Last image").setInputFiles(coffee);
      await expect(studio.alert).toContainText(/client_max_body_size/);
      gateway.clear();
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByText("coffee.jpg")).toBeVisible();
      await expect(studio.alert).toHaveCount(0);
    },
  );
});

test("marks every answer of this server, and no answer of a gateway", async ({ request, app }) => {
  const proxy = "/api/fal/proxy";
  const status = "https://queue.fal.run/fal-ai/minimax-video/requests/none/status";
  const answers = await Promise.all([
    request.get("/api/health"),
    request.get("/api/generations"),
    request.get("/api/generations?limit=x"),
    request.get("/api/generations/none"),
    request.get("/api/spend"),
    request.get("/api/shares"),
    request.get("/api/oembed"),
    request.get(proxy),
    request.get(proxy, { headers: { "x-fal-target-url": status } }),
    request.post(proxy, { headers: { "x-fal-target-url": "https://fal.run/x" }, data: {} }),
    request.post("/api/fal/webhook", { data: {} }),
    request.post("/api/pictures", { headers: { origin: "https://elsewhere.example" }, data: {} }),
    request.put("/api/generations/none/share", { data: {} }),
    request.delete("/api/generations/none"),
    request.put("/local-fal/v3.fal.media/none", { data: "x" }),
  ]);
  for (const answer of answers)
    expect(answer.headers()["x-firstframe-answer"], answer.url()).toMatch(/^\d{13}$/);
  const strange = await Promise.all([
    request.get("/api/none"),
    request.delete("/api/health"),
    request.get("/"),
  ]);
  for (const answer of strange)
    expect(answer.headers()["x-firstframe-answer"], answer.url()).toBeUndefined();
  expect(app.output()).not.toContain("x-firstframe-answer");
});
