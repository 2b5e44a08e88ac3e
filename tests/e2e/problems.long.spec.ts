import type { Locator, Page } from "@playwright/test";
import type { Generation } from "../../lib/generation.ts";
import { messagesOf } from "../../lib/messages/index.ts";
import { type Action, type ProblemCode, problems } from "../../lib/problems.ts";
import { expect, test } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";
import { openStudio } from "./studio.ts";

const codes = Object.keys(problems) as ProblemCode[];

// Problems that delay our own copy are shown beside a video that plays.
const whileItPlays: readonly ProblemCode[] = ["disk_full", "archive_waiting"];
// Problems that delay the state of a run are shown beside the picture, and the run goes on.
const whileItRuns: readonly ProblemCode[] = [
  "result_delayed",
  "result_key_refused",
  "result_key_lost",
];

for (const locale of ["en", "zh"] as const) {
  const messages = messagesOf(locale);

  test.describe(`in ${locale}`, () => {
    test.use({ locale: locale === "zh" ? "zh-CN" : "en-US" });

    // failures.long.spec causes each problem. This file checks how each is shown.
    test("says of every problem what happened, whether it cost anything, and offers what helps", async ({
      page,
    }, testInfo) => {
      test.setTimeout(120_000);
      await page.clock.install({ time: "2026-01-02T12:00:00Z" });
      await keepInLibrary(page, codes.map(failedBy));
      const studio = await openStudio(page);
      const library = page.getByRole("list", { name: messages.library.heading });
      for (const code of codes) {
        // The films near the last one are drawn, so the next one can be found.
        await library.getByTitle(code, { exact: true }).click();
        const { title, message } = messages.problems[code];
        if (whileItPlays.includes(code) || whileItRuns.includes(code)) {
          await expect(page.getByText(message)).toBeVisible();
          continue;
        }
        await expect(studio.alert, code).toContainText(title);
        await expect(studio.alert, code).toContainText(message);
        await expect(studio.alert, code).toContainText(messages.generation.charge.local);
        await expectActions(studio.alert.locator(".."), code, messages.generation.action);
        const body = await studio.alert.locator("..").screenshot();
        await testInfo.attach(`${code}.png`, { body, contentType: "image/png" });
      }
    });
  });
}

type Words = ReturnType<typeof messagesOf>["generation"]["action"];

async function expectActions(card: Locator, code: ProblemCode, words: Words) {
  const names: Record<Action, string | undefined> = {
    retry: words.retry,
    "retry-later": words.retry,
    "send-again": words.sendAgain,
    "choose-picture": words.choosePicture,
    // There is nothing to crop.
    "crop-again": undefined,
    "own-key": words.useOwnKey,
    "choose-model": words.chooseModel,
    "edit-prompt": words.editPrompt,
    "sign-in": words.signIn,
    "see-ledger": words.seeLedger,
    "open-video": words.openVideo,
    reload: words.reload,
  };
  const wanted = problems[code].actions
    .map((action) => names[action])
    .filter((name) => name !== undefined);
  await expect(card.locator("button, a"), code).toHaveText(wanted);
}

function failedBy(code: ProblemCode, index: number): Generation {
  const at = new Date(Date.parse("2026-01-02T11:00:00Z") - index * 60_000).toISOString();
  const video = { url: "/no-such-video.mp4" };
  const identity = {
    id: code,
    click: code,
    model: "fal-ai/minimax-video",
    input: { prompt: code, prompt_optimizer: true },
    cost: { usd: 0, charged: "no" as const },
    createdAt: at,
  };
  const problem = { code, charged: problems[code].charged };
  const common = { requestId: "r", problem, video };
  if (whileItRuns.includes(code))
    return { ...identity, ...common, status: "running", startedAt: at };
  return whileItPlays.includes(code)
    ? { ...identity, ...common, status: "archiving" }
    : { ...identity, ...common, status: "failed", settledAt: at };
}

async function keepInLibrary(page: Page, items: readonly Generation[]) {
  await page.route(/\/api\/generations(\?.*)?$/, (route) =>
    route.fulfill({ headers: ownAnswer(), json: { items, nextCursor: null } }),
  );
  await page.route("**/no-such-video.mp4", (route) => route.fulfill({ body: "" }));
  // The runs whose end the upstream does not report.
  await page.route("**/api/fal/proxy", (route) =>
    route.fulfill({ status: 202, headers: ownAnswer(), json: { status: "COMPLETED", logs: null } }),
  );
  // The page keeps asking for the runs whose copy is delayed.
  await page.route(/\/api\/generations\/\w+/, (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    if (searchParams.has("until")) return route.fulfill({ status: 204, headers: ownAnswer() });
    const id = pathname.split("/").at(-1);
    const json = items.find((item) => item.id === id) ?? null;
    return route.fulfill({ headers: ownAnswer(), json });
  });
}
