import { resolve } from "node:path";
import { type Page, test } from "@playwright/test";
import { rolldown } from "rolldown";
import { type LocalFalProcess, startLocalFalProcess } from "../contract/local-fal-process.ts";
import { rows } from "../contract/rows.ts";
import { type AppServer, startAppServer } from "./app-server.ts";

declare global {
  var runRow: (title: string, proxyUrl: string) => Promise<void>;
}

// All rows run in one page of one app, because opening a page for each of them would take longer than they do.
test.describe.configure({ mode: "default" });

let fal: LocalFalProcess;
let app: AppServer;
let page: Page;

test.beforeAll(async ({ browser }) => {
  fal = await startLocalFalProcess("--concurrency", "2");
  app = await startAppServer({
    FAL_UPSTREAM: fal.origin,
    LOG_LEVEL: "silent",
    STARTS_PER_MINUTE: "1000",
  });
  page = await browser.newPage();
  await page.goto(app.origin);
  // Evaluated by the debugger, because the page's policy permits no inline script.
  await page.evaluate(await bundle(resolve(import.meta.dirname, "../contract/page.ts")));
});

test.afterAll(async () => {
  await page?.close();
  await app?.stop();
  await fal?.stop();
});

for (const { title, section } of rows.filter(({ clients }) => clients.includes("browser"))) {
  test(`through the app, ${title} (section ${section})`, async () => {
    const proxyUrl = `${app.origin}/api/fal/proxy`;
    await page.evaluate(([title, url]) => globalThis.runRow(title, url), [
      title,
      proxyUrl,
    ] as const);
  });
}

async function bundle(input: string): Promise<string> {
  const built = await rolldown({ input, platform: "browser" });
  const { output } = await built.generate({ format: "iife", minify: false });
  await built.close();
  return output[0].code;
}
