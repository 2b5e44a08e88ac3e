import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";
import { type RecordingUpstream, startRecordingUpstream } from "./recording-upstream.ts";
import { coffee, openStudio, prepare, studioOf } from "./studio.ts";

const ownKey = "0a1b2c3d-own-key:5e6f7a8b9c0d1e2f";
const submit = {
  headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
  data: { prompt: "=a rocket" },
};

test.describe("with a key", () => {
  let upstream: RecordingUpstream;

  test.beforeEach(async () => {
    upstream = await startRecordingUpstream();
  });

  test.afterEach(() => upstream[Symbol.asyncDispose]());

  test("shows the price, today's cost, and why the budget refuses more", async ({
    page,
    startApp,
    allowConsoleError,
  }) => {
    allowConsoleError(/status of 402/);
    const app = await startApp({
      FAL_KEY: "server-key",
      FAL_UPSTREAM: upstream.origin,
      ALLOW_PUBLIC: "true",
      BUDGET_USD_PER_DAY: "10",
      BUDGET_USD_PER_OWNER_PER_DAY: "1.20",
      LOG_LEVEL: "silent",
    });
    const studio = await openStudio(page, app.origin);
    await expect(studio.generate).toHaveText("Generate · $0.50");
    await expect(page.getByText("Today $0.00 · $1.20 left")).toBeVisible();

    const start = () => page.request.post(`${app.origin}/api/fal/proxy`, submit);
    expect((await start()).status()).toBe(200);
    const streaming = page.waitForResponse("**/api/generations/events");
    await page.reload();
    await expect(page.getByText("Today $0.50 · $0.70 left")).toBeVisible();
    await streaming;
    expect((await start()).status()).toBe(200);
    // Without a reload.
    await expect(page.getByText("Today $1.00 · $0.20 left")).toBeVisible();
    const third = await start();
    expect(third.status()).toBe(402);
    expect(await third.json()).toMatchObject({ error_type: "over_budget" });
    expect(upstream.calls.filter(({ method }) => method === "POST")).toHaveLength(2);

    await page.reload();
    await expect(studio.generate).toBeDisabled();
    await expect(page.getByText(/More than today's budget allows: \$0\.20 left/)).toBeVisible();

    await page.getByRole("link", { name: "Ledger" }).click();
    await expect(page.getByRole("heading", { name: "What it cost" })).toBeVisible();
    await expect(page.getByText("$0.20 of the budget are left")).toBeVisible();
    // The names of the columns, the day with its total, and the runs.
    await expect(page.getByRole("row")).toHaveCount(4);
    await expect(page.getByRole("row").nth(1)).toContainText("$1.00");
    await expect(page.getByRole("row").last()).toContainText("=a rocket");
    const video = page.getByRole("row").last().getByRole("link", { name: "=a rocket" });
    await expect(video).toHaveAttribute("href", /^\/\?video=[\w-]{36}$/);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

    const csv = await page.request.get(`${app.origin}/ledger.csv`);
    expect(csv.headers()["content-type"]).toBe("text/csv; charset=utf-8");
    const lines = (await csv.text()).trim().split("\r\n");
    expect(lines).toHaveLength(3);
    // A spreadsheet must not read a cell as a formula.
    expect(lines[1]).toMatch(/"0\.500000","reserved","server","[\w-]{36}","'=a rocket"$/);
  });

  test("accepts a visitor's own key, for that visitor's runs only", async ({
    page,
    browser,
    startApp,
    allowConsoleError,
  }) => {
    const app = await startApp({
      FAL_KEY: "server-key",
      FAL_UPSTREAM: upstream.origin,
      ALLOW_PUBLIC: "true",
      ALLOW_OWN_KEY: "true",
      BUDGET_USD_PER_DAY: "0.10",
    });
    const studio = await openStudio(page, app.origin);
    await expect(studio.generate).toBeDisabled();
    await page.getByRole("link", { name: "Use your fal key" }).click();
    const dashboard = page.getByRole("link", { name: "Get a key at fal.ai/dashboard/keys" });
    await expect(dashboard).toHaveAttribute("href", "https://fal.ai/dashboard/keys");
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    allowConsoleError(/status of 400/);
    await page.getByLabel("fal key").fill("not a key");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toContainText("does not look like a key");
    await page.getByLabel("fal key").fill(ownKey);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("link", { name: "Your fal key is in use" })).toBeVisible();
    // The server's budget does not apply to the visitor's own key.
    await expect(studio.generate).toBeEnabled();

    const made = await page.request.post(`${app.origin}/api/fal/proxy`, submit);
    expect(made.status()).toBe(200);
    const own = upstream.calls.filter(({ method }) => method === "POST");
    expect(own.map(({ headers }) => headers.authorization)).toEqual([`Key ${ownKey}`]);

    const stranger = await browser.newContext();
    await stranger.request.get(app.origin);
    const theirs = await stranger.request.post(`${app.origin}/api/fal/proxy`, submit);
    expect(theirs.status()).toBe(402);
    await stranger.close();

    const seen = await Promise.all(
      ["/", "/key", "/ledger", "/ledger.csv", "/api/generations"].map(async (path) => {
        const answer = await page.request.get(`${app.origin}${path}`);
        return `${JSON.stringify(answer.headers())} ${await answer.text()}`;
      }),
    );
    expect(seen.join("\n")).toContain("your own key");
    expect(`${seen.join("\n")}${await made.text()}${app.output()}`).not.toContain(ownKey);
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
    expect(kept).not.toContain(ownKey);

    await page.goto(`${app.origin}/key`);
    await page.getByRole("button", { name: "Forget my key" }).click();
    await expect(page.getByRole("link", { name: "Use your fal key" })).toBeVisible();
    expect((await page.request.post(`${app.origin}/api/fal/proxy`, submit)).status()).toBe(402);
  });
});

test("enforces its policy: no script runs except those of the page", async ({
  page,
  app,
  allowConsoleError,
}) => {
  allowConsoleError(/Content Security Policy/);
  const studio = await openStudio(page, app.origin);
  await prepare(studio, coffee, "<script>globalThis.hasRun = 1</script>");
  const refused = await page.evaluate(async () => {
    const violations: string[] = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    );
    // Later, because the debugger's own call may do what the page may not.
    await new Promise((resolve) =>
      setTimeout(() => {
        document.body.insertAdjacentHTML("beforeend", '<b onclick="globalThis.hasRun = 1"></b>');
        document.querySelector<HTMLElement>("body > b")?.click();
        setTimeout(resolve);
      }),
    );
    return { violations, hasRun: "hasRun" in globalThis };
  });
  expect(refused).toEqual({ violations: ["script-src-attr"], hasRun: false });
  const policy = (await page.request.get(app.origin)).headers()["content-security-policy"];
  expect(policy).toMatch(/script-src 'nonce-[\w+/=]+' 'strict-dynamic';/);
  expect(policy).not.toContain("unsafe-inline");
});

test("sends a policy with the page for an unknown address", async ({
  page,
  app,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 404/);
  const answer = await page.goto(`${app.origin}/nowhere`);
  expect(answer?.status()).toBe(404);
  expect(answer?.headers()["content-security-policy"]).toContain("script-src 'nonce-");
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  expect(await studioOf(page).generate.count()).toBe(0);
});
