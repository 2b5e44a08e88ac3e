import type { BrowserContext, Page, Request } from "@playwright/test";
import { type LocalFalProcess, startLocalFalProcess } from "../contract/local-fal-process.ts";
import { startPostgres } from "../postgres.ts";
import { startS3 } from "../s3.ts";
import type { AppServer } from "./app-server.ts";
import { test as base, expect } from "./fixtures.ts";
import { coffee, openStudio, prepare } from "./studio.ts";

const TABS = 30;

// An upstream whose runs never start.
const test = base.extend<{ waiting: AppServer }, { fal: LocalFalProcess }>({
  fal: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the required fixtures from the pattern.
    async ({}, use) => {
      const fal = await startLocalFalProcess();
      await use(fal);
      await fal.stop();
    },
    { scope: "worker" },
  ],
  waiting: async ({ fal, startApp, apps }, use) => {
    const app = await startApp({ FAL_UPSTREAM: fal.origin });
    // The page loads its picture from there.
    apps.push({ ...app, origin: fal.origin });
    await use(app);
  },
});

/** Submits three runs, which stay in line. */
async function startThree(page: Page, origin: string) {
  const studio = await openStudio(page, origin);
  await prepare(studio, coffee, "the cup {{fault: slow_start; ms=600000}}");
  for (const count of [1, 2, 3]) {
    await studio.generate.click();
    await expect(studio.library).toHaveCount(count);
    await expect(studio.cancel).toBeEnabled();
  }
  await expect(studio.state).toHaveText(/in line/i);
  return studio;
}

/** Counts the unfinished requests of all pages. */
function countOpen(context: BrowserContext) {
  const open = new Set<Request>();
  context.on("request", (request) => open.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const)
    context.on(end as "requestfinished", (request) => open.delete(request));
  const namesOf = () =>
    [...open].map((request) => {
      const target = request.headers()["x-fal-target-url"] ?? request.url();
      return new URL(target).pathname.replace(/[0-9a-f-]{36}/, "ID");
    });
  return { namesOf };
}

test("sends no request while three runs wait and nothing changes", async ({ page, waiting }) => {
  await page.clock.install();
  const { namesOf } = countOpen(page.context());
  await startThree(page, waiting.origin);
  await expect.poll(() => namesOf().toSorted()).toEqual(streams);
  // The page asks for the costs a moment after the last click.
  const spend = page.waitForResponse(/api\/spend/);
  await page.clock.runFor(1_000);
  await spend;
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url()));
  await page.clock.runFor(20_000);
  console.log(`Three runs wait for 20 seconds: ${sent.length} requests (61 with polling)`);
  expect(sent).toEqual([]);
});

const streams = ["/api/generations/events", "/fal-ai/minimax-video/requests/ID/status/stream"];

test("holds two connections for thirty tabs, of which one is visible", async ({
  page,
  context,
  waiting,
}) => {
  test.setTimeout(240_000);
  const { namesOf } = countOpen(context);
  await startThree(page, waiting.origin);
  const hidden: Page[] = [];
  for (let count = 1; count < TABS; count++) {
    const tab = await context.newPage();
    await tab.addInitScript(() => {
      Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    });
    const studio = await openStudio(tab, waiting.origin);
    await expect(studio.library).toHaveCount(3);
    hidden.push(tab);
  }
  await expect.poll(() => namesOf().toSorted()).toEqual(streams);
  console.log(`${TABS} tabs, one visible: ${namesOf().length} connections held`);

  // One tab acts, the last tab shows it, and no tab sends a request for it.
  const sent: string[] = [];
  for (const tab of hidden)
    tab.on("request", (request) => {
      if (/api\/(generations|fal)/.test(request.url())) sent.push(request.url());
    });
  await page.getByRole("button", { name: "Cancel" }).click();
  const last = hidden.at(-1);
  if (!last) throw new Error("no tab");
  await expect(last.getByRole("list", { name: "Library" }).getByText("Cancelled")).toHaveCount(1);
  expect(sent).toEqual([]);
});

/**
 * Deletes the videos of the page in `shown` by calls to `asked`, and expects that the page removes each of them. Returns how
 * many milliseconds each took, sorted. The times are only printed: `npm run bench:events` measures them.
 */
async function expectDeletions(page: Page, shown: AppServer, asked: AppServer) {
  const studio = await openStudio(page, shown.origin);
  const [session] = await page.context().cookies(shown.origin);
  const headersFor = ({ origin }: AppServer) => ({
    cookie: `firstframe-${new URL(origin).port}=${session?.value}`,
  });
  const made: string[] = [];
  for (let index = 0; index < DELETIONS; index++) {
    // The picture does not exist, so the runs fail at once and still appear in the library.
    const answer = await page.request.post(`${asked.origin}/api/fal/proxy`, {
      headers: {
        ...headersFor(asked),
        "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video/image-to-video",
        "x-idempotency-key": `measured-${index}`,
      },
      data: { prompt: `number ${index}`, image_url: "https://v3.fal.media/files/b/none/none.png" },
    });
    expect(answer.status()).toBe(200);
    made.push(((await answer.json()) as { generation_id: string }).generation_id);
  }
  await expect
    .poll(async () => {
      const answer = await page.request.get(`${shown.origin}/api/generations`);
      const { items } = (await answer.json()) as { items: { status: string }[] };
      return items.filter(({ status }) => status === "failed").length;
    })
    .toBe(DELETIONS);
  await page.reload();
  await expect(studio.library).toHaveCount(DELETIONS);
  await page.evaluate(() => {
    const counts: [number, number][] = [];
    Object.assign(window, { counts });
    const list = document.querySelector('[aria-label="Library"]');
    if (!list) throw new Error("no library");
    new MutationObserver(() => counts.push([list.children.length, Date.now()])).observe(list, {
      childList: true,
    });
  });
  const times: number[] = [];
  for (const [index, id] of made.slice(1).entries()) {
    const startedAt = Date.now();
    const url = `${asked.origin}/api/generations/${id}`;
    expect((await page.request.delete(url, { headers: headersFor(asked) })).ok()).toBe(true);
    const left = DELETIONS - index - 1;
    await expect(studio.library).toHaveCount(left);
    const seenAt = await page.evaluate(
      (wanted) =>
        (window as unknown as { counts: [number, number][] }).counts.find(
          ([count]) => count === wanted,
        )?.[1],
      left,
    );
    times.push((seenAt ?? Number.POSITIVE_INFINITY) - startedAt);
  }
  return times.toSorted((a, b) => a - b);
}

const DELETIONS = 6;
const medianOf = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;

test("shows each deletion by another client", async ({
  page,
  fal,
  startApp,
  apps,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 404/);
  const app = await startApp({ FAL_UPSTREAM: fal.origin, STARTS_PER_MINUTE: "60" });
  apps.push({ ...app, origin: fal.origin });
  const times = await expectDeletions(page, app, app);
  console.log(`One server, SQLite: ${medianOf(times)} ms at the median, ${times.at(-1)} at most`);
});

test("shows each deletion by another server", async ({
  page,
  fal,
  startApp,
  apps,
  allowConsoleError,
}) => {
  allowConsoleError(/status of 404/);
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (cluster) => cluster.stop());
  const s3 = stack.adopt(await startS3(), (endpoint) => endpoint.stop());
  const env = {
    DATABASE_URL: await postgres.createDatabase("firstframe"),
    MEDIA_URL: `s3://${s3.bucket}/media`,
    SESSION_SECRET: "a secret that both of the servers know",
    FAL_UPSTREAM: fal.origin,
    STARTS_PER_MINUTE: "60",
    ...s3.env,
  };
  const first = await startApp(env);
  const second = await startApp(env);
  apps.push({ ...first, origin: fal.origin });
  const times = await expectDeletions(page, first, second);
  console.log(
    `Two servers, Postgres: ${medianOf(times)} ms at the median, ${times.at(-1)} at most`,
  );
  await page.close();
});

test("continues in the next tab when the tab with the stream closes, and after the server was away", async ({
  page,
  context,
  startApp,
  allowConsoleError,
}) => {
  allowConsoleError(/net::ERR_/);
  const app = await startApp();
  const first = await openStudio(page, app.origin);
  await prepare(first, coffee, "the cup");
  await first.generate.click();
  await expect(first.video).toBeVisible({ timeout: 60_000 });
  const next = await context.newPage();
  const { namesOf } = countOpen(context);
  const second = await openStudio(next, app.origin);
  await expect(second.library).toHaveCount(1);
  await page.close();
  await expect.poll(() => namesOf()).toEqual(["/api/generations/events"]);

  await app.kill();
  await expect.poll(() => namesOf()).toEqual([]);
  await app.restart();
  await expect.poll(() => namesOf()).toEqual(["/api/generations/events"]);
  const answer = await context.request.get(`${app.origin}/api/generations`);
  const { items } = (await answer.json()) as { items: { id: string }[] };
  await context.request.delete(`${app.origin}/api/generations/${items[0]?.id}`);
  await expect(second.library).toHaveCount(0);
});
