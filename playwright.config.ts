import { defineConfig, devices } from "@playwright/test";
import { browserArgs, findInstalledBrowsers } from "./scripts/browser.ts";

// There is no `webServer`: each worker starts its own app with its own data (tests/e2e/fixtures.ts), so that
// the place in line that one test asserts is not moved by a generation of another.
export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  // One more than CI has cores: much of what they do is to wait for a render.
  workers: 3,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    // `npm test` names the browser; without it, an installed one, else Playwright's own.
    launchOptions: { executablePath: findInstalledBrowsers()[0], args: browserArgs },
    viewport: { width: 1280, height: 800 },
    // Without its film: the page's own snapshots tell as much, and filming costs as much as all the drawing.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
  },
});
