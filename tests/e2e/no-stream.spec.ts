import { accepted, unknown } from "../fake-upstream/answers.ts";
import { startFakeUpstream } from "../fake-upstream/fake-upstream.ts";
import { expect, test } from "./fixtures.ts";

const model = "fal-ai/minimax-video";

for (const [what, answer, status] of [
  ["has no status stream", unknown, 404],
  ["breaks the connection before the stream", "torn", 502],
] as const)
  test(`names the fault of an upstream that ${what}`, async ({ page, startApp }) => {
    await using upstream = await startFakeUpstream({
      answers: { submit: accepted, prices: unknown, stream: answer },
    });
    const app = await startApp({ FAL_UPSTREAM: upstream.origin });
    // No page is open, because a page would ask for the stream by itself.
    await page.request.get(app.origin);
    const call = (target: string) => ({
      headers: { "x-fal-target-url": `https://queue.fal.run/${target}` },
    });
    const made = await page.request.post(`${app.origin}/api/fal/proxy`, {
      ...call(model),
      data: { prompt: "a rocket" },
    });
    const { request_id } = await made.json();

    const streamed = await page.request.get(
      `${app.origin}/api/fal/proxy`,
      call(`${model}/requests/${request_id}/status/stream?logs=1`),
    );

    expect(streamed.status()).toBe(status);
  });
