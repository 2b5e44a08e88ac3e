import { test as base, expect } from "@playwright/test";
import { type Generation, isWaiting } from "../../lib/generation.ts";
import { appOf } from "../../lib/models/index.ts";
import { type AppServer, type Environment, startAppServer } from "./app-server.ts";

export { expect };

type WorkerFixtures = {
  /** The app of this worker, with a local fal that runs one generation at a time. */
  app: AppServer;
};

type TestFixtures = {
  /** Every app that this test may call. */
  apps: AppServer[];
  /** Starts another app, for a test that kills it or changes its environment. It stops after the test. */
  startApp: (env?: Environment) => Promise<AppServer>;
  /** Permits console errors that the test causes on purpose. */
  allowConsoleError: (pattern: RegExp) => void;
  allowedConsoleErrors: RegExp[];
  /** Cancels the runs that a test leaves in line, because they would occupy a core and delay the next test. */
  cancelRuns: undefined;
  /** Fails a test if a page reports an error or calls anything outside the app. */
  watchPages: undefined;
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the required fixtures from the pattern.
    async ({}, use) => {
      const app = await startAppServer();
      await use(app);
      await app.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ app }, use) => use(app.origin),

  apps: async ({ app }, use) => use([app]),

  startApp: async ({ apps, context }, use) => {
    const started: AppServer[] = [];
    await use(async (env) => {
      const app = await startAppServer(env);
      started.push(app);
      apps.push(app);
      return app;
    });
    // Pages close first, because a page that still follows a generation would report that its server is gone.
    await Promise.all(context.pages().map((page) => page.close()));
    await Promise.all(started.map((app) => app.stop()));
  },

  // biome-ignore lint/correctness/noEmptyPattern: as above.
  allowedConsoleErrors: async ({}, use) => use([]),

  allowConsoleError: async ({ allowedConsoleErrors }, use) =>
    use((pattern) => allowedConsoleErrors.push(pattern)),

  cancelRuns: [
    async ({ context, app }, use) => {
      await use(undefined);
      const library = await context.request.get(`${app.origin}/api/generations`);
      if (!library.ok()) return;
      const { items } = (await library.json()) as { items: Generation[] };
      for (const item of items) {
        if (!isWaiting(item) || !("requestId" in item)) continue;
        const request = `https://queue.fal.run/${appOf(item.model)}/requests/${item.requestId}`;
        const headers = { "x-fal-target-url": `${request}/cancel` };
        await context.request.put(`${app.origin}/api/fal/proxy`, { headers });
      }
    },
    { auto: true },
  ],

  watchPages: [
    async ({ context, apps, allowedConsoleErrors }, use, testInfo) => {
      const errors: string[] = [];
      const requests: URL[] = [];
      context.on("console", (message) => {
        if (message.type() === "error")
          errors.push(`${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (event) => errors.push(String(event.error().stack)));
      context.on("request", (request) => requests.push(new URL(request.url())));

      await use(undefined);

      const origins = new Set(apps.map((app) => app.origin));
      const strayRequests = requests.filter(
        ({ protocol, origin }) => !["data:", "blob:"].includes(protocol) && !origins.has(origin),
      );
      const surprises = errors.filter(
        (error) => !allowedConsoleErrors.some((pattern) => pattern.test(error)),
      );
      if (testInfo.status !== testInfo.expectedStatus || surprises.length > 0) {
        const body = apps.map(({ origin, output }) => `${origin}\n${output()}`).join("\n\n");
        await testInfo.attach("server output", { body, contentType: "text/plain" });
      }
      expect.soft(surprises, "errors that a page reported").toEqual([]);
      expect.soft(strayRequests.map(String), "requests to another origin").toEqual([]);
    },
    { auto: true },
  ],
});
