import type { BrowserContext, Page, Request } from "@playwright/test";
import { type LocalFalProcess, startLocalFalProcess } from "../contract/local-fal-process.ts";
import type { AppServer } from "./app-server.ts";
import { test as base, expect } from "./fixtures.ts";
import { coffee, openStudio, prepare } from "./studio.ts";

const TABS = 30;

// An upstream with runs that do not begin.
const test = base.extend<{ waiting: AppServer }, { fal: LocalFalProcess }>({
  fal: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from the pattern.
    async ({}, use) => {
      const fal = await startLocalFalProcess();
      await use(fal);
      await fal.stop();
    },
    { scope: "worker" },
  ],
  waiting: async ({ fal, startApp, apps }, use) => {
    const app = await startApp({ FAL_UPSTREAM: fal.origin });
    // The page takes its picture there.
    apps.push({ ...app, origin: fal.origin });
    await use(app);
  },
});

/** Three runs in line. */
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

/** The requests of all pages that have no end yet. */
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

  // What one tab does, the last one shows, and nobody has asked.
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
