import { defineConfig, devices } from "@playwright/test";
import { browserArgs, findInstalledBrowsers } from "./scripts/browser.ts";

// There is no `webServer`: each worker starts its own app with its own data (tests/e2e/fixtures.ts), so that a
// generation of one test does not change the place in line that another test asserts.
export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  // One more than CI has cores, because the tests wait for renders much of the time.
  workers: 3,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    // `npm test` sets the browser's path. Otherwise an installed browser is used, or else Playwright's own.
    launchOptions: { executablePath: findInstalledBrowsers()[0], args: browserArgs },
    viewport: { width: 1280, height: 800 },
    // Without screenshots: the snapshots of the page show as much, and taking screenshots costs as much as all
    // rendering.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
  },
});
