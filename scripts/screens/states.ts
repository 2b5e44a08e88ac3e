/** Brings a page into each state and takes its picture. */
import { setTimeout as delay } from "node:timers/promises";
import type { APIRequestContext, BrowserContext, Page } from "playwright";
import sharp from "sharp";
import { ownAnswer } from "../../tests/e2e/gateway.ts";
import { coffee, openStudio, prepare, rocket, studioOf } from "../../tests/e2e/studio.ts";
import { capture } from "./album.ts";

export const password = "open sesame";

// Prompts that make the local fal simulate a fault, so that no prompt in a picture has to ask for one.
export const scenario = [
  { prompt: "throws the cup", fault: "content_policy_violation" },
  { prompt: "steam", fault: "internal_server_error" },
  { prompt: "queue", fault: "long_queue; ahead=2; ms=600000" },
  { prompt: "waits", fault: "slow_start; ms=600000" },
];

export async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.clock.setFixedTime("2026-01-02T12:00:00Z");
  await page.emulateMedia({ reducedMotion: "reduce" });
  return page;
}

export async function captureDraft(page: Page, origin: string) {
  const studio = await openStudio(page, origin);
  await capture(page, "empty", "The empty studio");

  const zone = page.locator("[data-drop-zone]");
  const dataTransfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["x"], "rocket.jpg", { type: "image/jpeg" }));
    return transfer;
  });
  await zone.dispatchEvent("dragenter", { dataTransfer });
  await zone.dispatchEvent("dragover", { dataTransfer });
  await page.getByText("Let go, and it is your first frame").waitFor();
  await capture(page, "dragging", "A picture dragged over the stage");
  await openStudio(page, origin);

  const notes = { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("text") };
  await studio.image.setInputFiles(notes);
  await studio.alert.waitFor();
  await capture(page, "picture-refused", "A file that is not a picture");

  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  await page.route("**/local-fal/**", async (route) => {
    if (route.request().method() === "PUT") await held;
    await route.continue();
  });
  await studio.image.setInputFiles(rocket);
  await page.getByText("Uploading", { exact: true }).first().waitFor();
  await capture(page, "uploading", "The picture is uploading");
  letGo();
  await page.getByText("Picture ready").waitFor();
  await page.unroute("**/local-fal/**");
  await prepare(studio, rocket, "[Push in, Pan right] the rocket leaves the pad");
  await capture(page, "ready", "Picture and prompt are ready");
  await page.getByRole("button", { name: "Camera moves" }).click();
  const still = page.getByRole("button", { name: "Static shot" });
  await still.waitFor();
  await capture(page, "palette", "The camera moves", { sight: still });
  await page.getByRole("button", { name: "Camera moves" }).click();

  await page.getByRole("button", { name: "Compare models" }).click();
  await page.getByRole("checkbox", { name: "Hailuo 02", exact: true }).check();
  const models = page.getByRole("checkbox", { name: "Hailuo 02", exact: true });
  await capture(page, "several-models", "One prompt for several models", { sight: models });
  await page.getByRole("button", { name: "Choose one model" }).click();
  await page.getByRole("combobox", { name: "Model" }).selectOption({ label: "Hailuo 02" });
  await page.getByLabel("Last image", { exact: true }).setInputFiles(coffee);
  const last = page.getByText("coffee.jpg");
  await last.waitFor();
  await capture(page, "last-picture", "A last picture, a length and a resolution", { sight: last });
  await page.getByRole("combobox", { name: "Model" }).selectOption({ label: "MiniMax Video-01" });
  await page.getByRole("button", { name: "Keys" }).click();
  await page.getByRole("dialog").waitFor();
  await capture(page, "keys", "The list of keyboard shortcuts");
  await page.keyboard.press("Escape");

  const buffer = await sharp(rocket).resize(1800, 450, { fit: "cover" }).jpeg().toBuffer();
  await studio.image.setInputFiles({ name: "wide.jpg", mimeType: "image/jpeg", buffer });
  await page.getByText("Choose the part to send").waitFor();
  await capture(page, "crop", "A picture that is too wide");
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.context().setOffline(true);
  await studio.generate.click();
  await page.getByText("You are offline").first().waitFor();
  await capture(page, "offline", "Offline");
  await page.context().setOffline(false);
}

export async function captureRuns(page: Page, origin: string) {
  const studio = await openStudio(page, origin);
  const start = async (prompt: string) => {
    await studio.prompt.fill(prompt);
    await studio.generate.click();
  };
  await prepare(studio, coffee, "");
  await start("The cup stands in a queue");
  await page.getByText("3rd in line").first().waitFor();
  await capture(page, "in-line", "The run waits in the queue");
  await page.route("**/api/fal/proxy", (route) => {
    const target = route.request().headers()["x-fal-target-url"] ?? "";
    if (!target.includes("/status")) return route.continue();
    const timestamp = "2026-01-02T12:00:00Z";
    const logs = [{ timestamp, message: "Rendered 60 of 141 frames", level: "INFO" }];
    const json = { status: "IN_PROGRESS", request_id: "x", logs };
    if (!target.includes("/status/stream")) return route.fulfill({ headers: ownAnswer(), json });
    const headers = { ...ownAnswer(), "content-type": "text/event-stream" };
    return route.fulfill({ headers, body: `data: ${JSON.stringify(json)}\n\n` });
  });
  // The stream that is open already goes past the route.
  await page.reload();
  await page.getByText("Making the video").first().waitFor();
  await capture(page, "running", "The run is running");
  await page.unroute("**/api/fal/proxy");

  await start("The cup waits");
  await studio.state.filter({ hasText: /in line/i }).waitFor();
  await studio.cancel.click();
  await page.getByText("Cancelled", { exact: true }).first().waitFor();
  await capture(page, "cancelled", "Cancelled");
  await start("Somebody throws the cup");
  await page.getByText("The model declined this one").first().waitFor();
  await capture(page, "failed-policy", "The run failed: content policy");
  await start("The steam rises");
  await page.getByText("The model failed while it worked").first().waitFor();
  await capture(page, "failed-upstream", "The run failed: an error of the model");
  await page.goto(`${origin}/ledger`);
  await capture(page, "ledger", "The ledger");
  await page.goto(`${origin}/key`);
  await capture(page, "key", "The page for a visitor's own key");
}

export async function captureLink(page: Page, origin: string) {
  const studio = await openStudio(page, origin);
  await prepare(studio, rocket, "[Push in] the rocket leaves the pad");
  await studio.generate.click();
  await page.getByText("Kept on this server").waitFor({ timeout: 180_000 });
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) > 1);
  // Chromium's spinner finishes its turn, and the page does not tell when that is.
  await page.waitForTimeout(2_000);
  await capture(page, "done", "The video is done");
  let url = "";
  let id = "";
  // The port and the slug differ in each run, so the pictures show a fixed address.
  await page.route("**/share", async (route) => {
    const answer = await route.fetch();
    const json = await answer.json();
    if (json.url) {
      url = json.url;
      id = new URL(route.request().url()).pathname.split("/").at(-2) ?? "";
      json.url = "https://film.example/v/5bXq0T1kJ2mZr8YwAeLcNg";
    }
    await route.fulfill({ response: answer, json });
  });
  const share = page.getByRole("button", { name: "Share" });
  await share.click();
  await page.getByLabel("Link", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await capture(page, "share-panel", "The panel with the link", { opener: share });

  const visitor = await open(await requireContext(page));
  await visitor.goto(url);
  // Otherwise the browser's own spinner is in the picture, each time in another position.
  await visitor.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) > 1);
  await capture(visitor, "share-page", "The share page");
  const shareAddress = `${origin}/api/generations/${id}/share`;
  const headers = { origin };
  await page.request.put(shareAddress, { headers, data: { password: "swordfish" } });
  await visitor.goto(url);
  await capture(visitor, "share-password", "The share page of a link with a password");
  await page.request.delete(shareAddress, { headers });
  await visitor.goto(url);
  await capture(visitor, "share-gone", "The share page of a revoked link");
  await visitor.context().close();

  // Choosing the same file again does not change the field, so it is emptied first.
  await studio.image.setInputFiles([]);
  await prepare(studio, rocket, "[Pan left] the rocket stands in the morning sun");
  await studio.generate.click();
  await page.getByText("Kept on this server").waitFor({ timeout: 180_000 });
  const more = page.getByRole("button", { name: "More", exact: true });
  await capture(page, "more", "The menu with further actions", { opener: more });
  await more.click();
  await page.getByRole("button", { name: "Compare with another" }).click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLVideoElement>("dialog video")].every(
      ({ readyState }) => readyState > 1,
    ),
  );
  await page.getByRole("slider", { name: "Position" }).fill("3");
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLVideoElement>("dialog video")].every(
      ({ seeking }) => !seeking,
    ),
  );
  await capture(page, "side-by-side", "Two videos, side by side");
  await page.keyboard.press("Escape");
}

export async function captureLibrary(page: Page, origin: string) {
  await openStudio(page, origin);
  await page.getByText("Or try one of these").waitFor();
  await capture(page, "first-visit", "A first visit, with samples");
  const prompts = ["the hills at dawn", "a lake under stars", "snow on the pass", "the last light"];
  const ids: string[] = [];
  for (const prompt of prompts)
    ids.push(await makeVideo(page.request, origin, `[Push in] ${prompt}`));
  for (const id of ids.slice(0, 2))
    await page.request.put(`${origin}/api/generations/${id}/share`, {
      headers: { origin },
      data: {},
    });
  const studio = await openStudio(page, origin);
  const films = page.getByRole("list", { name: "Library" });
  await studio.library.first().waitFor();
  await capture(page, "library", "The library", { sight: films });
  await studio.library.first().focus();
  await page.keyboard.press("x");
  await page.keyboard.press("Shift+ArrowRight");
  await page.getByRole("button", { name: "Delete" }).waitFor();
  await capture(page, "library-selection", "Two videos selected", { sight: films });
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await capture(page, "library-undo", "Two videos deleted, with an undo", { sight: films });
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("searchbox").fill("an elephant");
  const nothing = page.getByText("Nothing in the library fits.");
  await nothing.waitFor();
  await capture(page, "library-nothing", "A search that finds nothing", { sight: nothing });
  await page.goto(`${origin}/links`);
  await page.getByRole("listitem").first().waitFor();
  await capture(page, "links", "The links");
  await page
    .getByRole("button", { name: /^Take back/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Undo" }).waitFor();
  await capture(page, "links-undo", "A link taken back, with an undo");
}

/** Makes a video from words alone and returns the id of its generation. */
async function makeVideo(request: APIRequestContext, origin: string, prompt: string) {
  const headers = { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video", origin };
  const sent = await request.post(`${origin}/api/fal/proxy`, { headers, data: { prompt } });
  const { generation_id: id } = (await sent.json()) as { generation_id: string };
  for (;;) {
    const { status } = await (await request.get(`${origin}/api/generations/${id}`)).json();
    if (status === "done") return id;
    await delay(200);
  }
}

export async function captureChinese(page: Page, origin: string) {
  const studio = studioOf(page);
  await page.goto(origin);
  await page.locator("[data-drop-zone]").waitFor();
  await page.getByText("或试试这些示例").waitFor();
  await capture(page, "chinese", "The empty studio in Chinese");
  await page.locator('input[type="file"]').first().setInputFiles(rocket);
  await studio.state.filter({ hasText: "图片已就绪" }).waitFor();
  await page.getByRole("button", { name: "运镜" }).click();
  await page.getByRole("button", { name: "固定镜头" }).waitFor();
  await capture(page, "chinese-ready", "Picture and prompt in Chinese");
}

export async function captureBudget(page: Page, origin: string) {
  const studio = await openStudio(page, origin);
  await prepare(studio, coffee, "The spoon turns");
  await page.request.post(`${origin}/api/fal/proxy`, {
    headers: { "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video", origin },
    data: { prompt: "It waits elsewhere" },
  });
  await studio.generate.click();
  await page.getByRole("link", { name: "See the ledger" }).waitFor();
  await capture(page, "over-budget", "The day's budget is spent");
}

export async function captureClosed(page: Page, origin: string) {
  await page.goto(origin);
  await capture(page, "login", "The sign-in page");
  await page.request.post(`${origin}/login`, { form: { password }, headers: { origin } });
  const studio = await openStudio(page, origin);
  await prepare(studio, coffee, "The spoon turns");
  await page.context().clearCookies();
  await studio.generate.click();
  await page.getByText("You are signed out").first().waitFor();
  await capture(page, "signed-out", "The session has ended");
}

async function requireContext(page: Page): Promise<BrowserContext> {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page has no browser");
  return browser.newContext();
}
