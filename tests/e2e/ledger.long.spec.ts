import { expectFine } from "./appearance.ts";
import { expect, test } from "./fixtures.ts";
import { startRecordingUpstream } from "./recording-upstream.ts";

for (const locale of ["en-US", "zh-CN"]) {
  test(`the ledger and the page for a key are fine, in ${locale}`, async ({
    browser,
    startApp,
  }) => {
    await using upstream = await startRecordingUpstream();
    const app = await startApp({
      ...{ FAL_KEY: "server-key", FAL_UPSTREAM: upstream.origin, ALLOW_PUBLIC: "true" },
      ...{ ALLOW_OWN_KEY: "true", BUDGET_USD_PER_DAY: "10" },
    });
    const own = await browser.newContext({ locale, baseURL: app.origin });
    const page = await own.newPage();
    await page.goto("/ledger");
    await expectFine(page, "an empty ledger");

    await page.goto("/");
    for (const prompt of ["a rocket", "a cup of coffee in the morning light ".repeat(20)]) {
      const answer = await page.request.post("/api/fal/proxy", {
        headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video" },
        data: { prompt },
      });
      expect(answer.status()).toBe(200);
    }
    await page.goto("/ledger");
    await expect(page.getByRole("link", { name: "a rocket" })).toBeVisible();
    await expectFine(page, "a ledger");
    await page.goto("/key");
    await expectFine(page, "the page for a key");
    await own.close();
  });
}
