import { appendFile, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { copyAndPaste, type Dragged, drag, expectSaid, putOnline } from "./hands.ts";
import { coffee, openStudio, rocket, type Studio } from "./studio.ts";
import { quarters } from "./test-pictures.ts";

type Outcome = {
  /** In the line under the stage. Without one, the picture from before stays. */
  picture?: RegExp;
  /** What a screen reader is told of the rest. */
  said?: RegExp;
  alert?: RegExp;
  prompt?: string;
};

const photos = dirname(coffee);
const wide = join(photos, "wide.heic");
const overlay = "Let go, and it is your first frame";
const embedded = async () => `data:image/png;base64,${(await png()).toString("base64")}`;
const png = () => quarters().png().toBuffer();
const placeholder = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
const long = "a".repeat(300);

const online = {
  "https://a.example/cup.jpg": coffee,
  "https://a.example/rocket.jpg": rocket,
  "https://a.example/cup.jpg?w=2&h=1": coffee,
  [`https://a.example/${long}.jpg`]: coffee,
  "https://lh7-rt.example/docsz/a": coffee,
};
const cup = /cup.jpg · 600 × 400/;
const image = /picture.png · 640 × 480/;

const docs = `<meta charset="utf-8"><b id="docs-internal-guid-1"><img src="https://lh7-rt.example/docsz/a" width="624" height="416"></b>`;
const linkTo = (page: string, picture: string) => ({
  "text/uri-list": page,
  "text/html": `<a href="${page}"><img src="${picture}"></a>`,
  "text/plain": page,
});

/** Writes files into a folder of the test's own, and returns their paths. */
type Disk = {
  put: (name: string, from?: string) => Promise<string>;
  path: (name: string) => string;
};

type DragRow = [
  what: string,
  dragged: (disk: Disk) => Dragged | Promise<Dragged>,
  outcome: Outcome,
  onto?: "prompt" | "header",
];

const files: DragRow[] = [
  ["a JPEG", () => ({ files: [coffee] }), { picture: /coffee.jpg · 600 × 400/ }],
  [
    "a HEIC",
    () => ({ files: [join(photos, "phone.heic")] }),
    { picture: /phone.heic · 640 × 480 · .*Sent as JPEG/ },
  ],
  ["a file over the prompt", () => ({ files: [coffee] }), { picture: /coffee.jpg/ }, "prompt"],
  ["a file beside the studio", () => ({ files: [coffee] }), { picture: /coffee.jpg/ }, "header"],
  [
    "two pictures",
    () => ({ files: [rocket, coffee] }),
    { picture: /rocket.jpg · .*Left out/, said: /one picture is used at a time: coffee.jpg/ },
  ],
  [
    "a text before a picture",
    async ({ put }) => ({ files: [await put("notes.txt"), coffee] }),
    { picture: /coffee.jpg/, said: /no picture: notes.txt/ },
  ],
  [
    "more files than can be named",
    async ({ put }) => ({
      files: [
        coffee,
        ...(await Promise.all(["a", "b", "c", "d", "e"].map((name) => put(name, rocket)))),
      ],
    }),
    { picture: /coffee.jpg/, said: /a, b, c, and 2 more/ },
  ],
  [
    "two texts",
    async ({ put }) => ({ files: [await put("a.txt"), await put("b.pdf")] }),
    { alert: /not a picture we can read.*a.txt and b.pdf/ },
  ],
  [
    "a picture beside a file that is gone",
    ({ path }) => ({ files: [path("gone.jpg"), coffee] }),
    { picture: /coffee.jpg/, said: /could not be read: gone.jpg/ },
  ],
  [
    "a file that is gone",
    ({ path }) => ({ files: [path("gone.jpg")] }),
    { alert: /no longer there/ },
  ],
  [
    "a file without bytes",
    async ({ path }) => {
      await writeFile(path("empty.jpg"), "");
      return { files: [path("empty.jpg")] };
    },
    { alert: /This file is empty/ },
  ],
  [
    "a name of 250 letters",
    async ({ put }) => ({ files: [await put(`${"b".repeat(246)}.jpg`, coffee)] }),
    { picture: /^b{95}….jpg · 600 × 400/ },
  ],
  [
    "a folder",
    async ({ put, path }) => {
      await put("Holidays/10.jpg", rocket);
      await put("Holidays/9.jpg", coffee);
      await put("Holidays/1.txt");
      return { files: [path("Holidays")] };
    },
    {
      picture: /9.jpg · 600 × 400 · .*folder Holidays/,
      said: /first picture in the folder Holidays/,
    },
  ],
  [
    "a folder in a folder",
    async ({ put, path }) => {
      await put("Holidays/2026/cup.jpg", coffee);
      return { files: [path("Holidays")] };
    },
    { picture: cup, said: /first picture in the folder/ },
  ],
  [
    "an empty folder",
    async ({ path }) => {
      await mkdir(path("Nothing"), { recursive: true });
      return { files: [path("Nothing")] };
    },
    { alert: /This folder is empty.*Nothing/ },
  ],
  [
    "a folder without a picture",
    async ({ put, path }) => {
      await put("Texts/a.txt");
      return { files: [path("Texts")] };
    },
    { alert: /no picture in this folder.*Texts/ },
  ],
  [
    "a folder beside a picture",
    async ({ put, path }) => {
      await put("Holidays/a.jpg", rocket);
      return { files: [path("Holidays"), coffee] };
    },
    { picture: /coffee.jpg/, said: /a folder beside other things: Holidays/ },
  ],
];

const links: DragRow[] = [
  [
    "a picture inside a link",
    () => ({ data: linkTo("https://shop.example/cup", "https://a.example/cup.jpg?w=2&amp;h=1") }),
    { picture: cup },
  ],
  [
    "a link to the picture whose small copy did not come",
    () => ({ data: linkTo("https://a.example/cup.jpg", "https://gone.example/small.jpg") }),
    { picture: cup },
  ],
  [
    "a picture as HTML alone",
    () => ({ data: { "text/html": `<img alt="A cup" src='https://a.example/cup.jpg'>` } }),
    { picture: cup },
  ],
  [
    "a picture as HTML whose largest copy is named",
    () => ({
      data: {
        "text/html": `<img src="https://gone.example/s.jpg" srcset="https://gone.example/s.jpg 1x, https://a.example/cup.jpg 2x">`,
      },
    }),
    { picture: cup },
  ],
  [
    "a list of addresses",
    () => ({ data: { "text/uri-list": "# cups\r\nhttps://a.example/cup.jpg\r\n" } }),
    { picture: cup },
  ],
  [
    "a link that may only be linked to",
    () => ({ data: { "text/uri-list": "https://a.example/cup.jpg" }, isLinkOnly: true }),
    { picture: cup },
  ],
  [
    "a link over the prompt",
    () => ({ data: { "text/uri-list": "https://a.example/cup.jpg" } }),
    { picture: cup, prompt: "" },
    "prompt",
  ],
  [
    "an address as text",
    () => ({ data: { "text/plain": "https://a.example/cup.jpg" } }),
    { picture: cup },
  ],
  [
    "an address among words",
    () => ({ data: { "text/plain": "Look: https://a.example/cup.jpg, it steams" } }),
    { picture: cup },
  ],
  [
    "an address with a name of 300 letters",
    () => ({ data: { "text/uri-list": `https://a.example/${long}.jpg` } }),
    { picture: /^a{95}….jpg · 600 × 400/ },
  ],
  [
    "a picture that its HTML holds",
    async () => ({ data: { "text/html": `<img src="${await embedded()}">` } }),
    { picture: image },
  ],
  [
    "a picture that its address holds",
    async () => ({ data: { "text/uri-list": await embedded() } }),
    { picture: image },
  ],
  [
    "such an address as text",
    async () => ({ data: { "text/plain": await embedded() } }),
    { picture: image },
  ],
  [
    "such an address over the prompt",
    async () => ({ data: { "text/plain": await embedded() } }),
    { picture: image, prompt: "" },
    "prompt",
  ],
  [
    "a placeholder with the address of its picture",
    () => ({
      data: {
        "text/html": `<img src="${placeholder}">`,
        "text/uri-list": "https://a.example/cup.jpg",
      },
    }),
    { picture: cup },
  ],
  [
    "a drawing that its address holds",
    () => ({ data: { "text/plain": "data:image/svg+xml;utf8,<svg xmlns='x'/>" } }),
    { alert: /SVG is a drawing/ },
  ],
  [
    "an address of something else",
    () => ({ data: { "text/uri-list": "https://shop.example/cup" } }),
    { alert: /The picture did not come/ },
  ],
  [
    "a picture that only its own page can read",
    () => ({ data: linkTo("https://chat.example/", "blob:https://chat.example/1") }),
    { alert: /The picture did not come/ },
  ],
  [
    "such a picture without a page",
    () => ({ data: { "text/html": `<img src="blob:https://chat.example/1">` } }),
    { alert: /does not call that address/ },
  ],
  [
    "the address of a file",
    () => ({ data: { "text/plain": "file:///home/ann/cup.jpg" } }),
    { alert: /does not call that address/ },
  ],
];

const words: DragRow[] = [
  [
    "text into the prompt",
    () => ({ data: { "text/plain": "It steams" } }),
    { prompt: "It steams" },
    "prompt",
  ],
  [
    "selected words of a page into the prompt",
    () => ({ data: { "text/plain": "It steams", "text/html": "<p>It <b>steams</b></p>" } }),
    { prompt: "It steams" },
    "prompt",
  ],
  [
    "text onto the stage",
    () => ({ data: { "text/plain": "It steams" } }),
    { alert: /This is text, not a picture/, prompt: "" },
  ],
  [
    "text beside the studio",
    () => ({ data: { "text/plain": "It steams" } }),
    { alert: /This is text, not a picture/ },
    "header",
  ],
  [
    "what only one program knows",
    () => ({ data: { "application/x-cup": "1" } }),
    { alert: /No picture came with that/ },
  ],
];

for (const [what, dragged, outcome, onto] of [...files, ...links, ...words]) {
  test(`drags ${what}`, async ({ page, allowConsoleError }, testInfo) => {
    allowConsoleError(/status of 422/);
    await putOnline(page, online);
    const studio = await openStudio(page);
    const disk = diskIn(testInfo.outputPath());
    await drag(page, await dragged(disk), placeOf(page, studio, onto));
    await expectOutcome(page, studio, outcome);
  });
}

type PasteRow = [
  what: string,
  content: () => Record<string, string | Buffer> | Promise<Record<string, string | Buffer>>,
  outcome: Outcome,
  into?: "prompt",
];

const table = "<table><tr><td>1</td><td>2</td></tr></table>";

const pastes: PasteRow[] = [
  [
    "cells of Excel into the prompt",
    async () => ({ "text/plain": "1\t2", "text/html": table, "image/png": await png() }),
    { prompt: "1\t2" },
    "prompt",
  ],
  [
    "words of Word into the prompt",
    async () => ({
      "text/plain": "It steams",
      "text/html": `<p class="MsoNormal">It steams</p>`,
      "image/png": await png(),
    }),
    { prompt: "It steams" },
    "prompt",
  ],
  [
    "cells of Excel onto the page",
    async () => ({ "text/plain": "1\t2", "text/html": table, "image/png": await png() }),
    { picture: /image.png · 640 × 480/ },
  ],
  [
    "a bitmap into the prompt",
    async () => ({ "image/png": await png() }),
    { picture: /image.png · 640 × 480/, prompt: "" },
    "prompt",
  ],
  [
    "a bitmap with its HTML into the prompt",
    async () => ({
      "image/png": await png(),
      "text/html": '<img src="https://gone.example/a.png">',
    }),
    { picture: /image.png · 640 × 480/, prompt: "" },
    "prompt",
  ],
  ["a bitmap", async () => ({ "image/png": await png() }), { picture: /image.png · 640 × 480/ }],
  ["a picture of Google Docs", () => ({ "text/html": docs }), { picture: /a · 600 × 400/ }],
  [
    "a picture of Google Docs into the prompt",
    () => ({ "text/html": docs }),
    { picture: /a · 600 × 400/, prompt: "" },
    "prompt",
  ],
  ["an address", () => ({ "text/plain": "https://a.example/cup.jpg\n" }), { picture: cup }],
  [
    "an address into the prompt",
    () => ({ "text/plain": "https://a.example/cup.jpg" }),
    { prompt: "https://a.example/cup.jpg" },
    "prompt",
  ],
  [
    "an address with a name of 300 letters",
    () => ({ "text/plain": `https://a.example/${long}.jpg` }),
    { picture: /^a{95}….jpg · 600 × 400/ },
  ],
  [
    "a picture that its address holds, into the prompt",
    async () => ({ "text/plain": await embedded() }),
    { picture: image, prompt: "" },
    "prompt",
  ],
  ["words", () => ({ "text/plain": "It steams" }), { alert: /This is text/, prompt: "" }],
  ["words as HTML", () => ({ "text/html": "<p>It steams</p>" }), { alert: /This is text/ }],
  ["blank text", () => ({ "text/plain": " \n" }), { alert: /No picture came with that/ }],
];

for (const [what, content, outcome, into] of pastes) {
  test(`pastes ${what}`, async ({ page, allowConsoleError }) => {
    allowConsoleError(/status of 422/);
    await putOnline(page, online);
    const studio = await openStudio(page);
    if (into) await studio.prompt.focus();
    await copyAndPaste(page, await content());
    await expectOutcome(page, studio, outcome);
  });
}

test("shows the overlay for a link and for HTML, and not for words", async ({ page }) => {
  const studio = await openStudio(page);
  const stage = placeOf(page, studio);
  const isShown = async (dragged: Dragged, onto: Locator) => {
    let shown = false;
    await drag(page, dragged, onto, async () => {
      // The overlay is drawn in the same turn as the drag that it answers, or not at all.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      shown = await page.getByText(overlay).isVisible();
    });
    await expect(page.getByText(overlay)).toBeHidden();
    return shown;
  };
  const link = { data: { "text/uri-list": "file:///a.jpg" } };
  expect(await isShown(link, stage)).toBe(true);
  expect(await isShown(link, studio.prompt)).toBe(true);
  expect(await isShown({ data: { "text/html": "<p>" } }, stage)).toBe(true);
  expect(await isShown({ data: { "text/plain": "words" } }, stage)).toBe(false);
  expect(await isShown({ data: { "text/plain": "words" } }, studio.prompt)).toBe(false);
});

test("hides the overlay when the drag leaves the studio", async ({ page }) => {
  const studio = await openStudio(page);
  const cdp = await page.context().newCDPSession(page);
  const box = await placeOf(page, studio).boundingBox();
  const at = { x: (box?.x ?? 0) + 100, y: (box?.y ?? 0) + 100 };
  const items = [{ mimeType: "text/uri-list", data: "https://a.example/" }];
  const data = { items, dragOperationsMask: 1 };
  await cdp.send("Input.dispatchDragEvent", { type: "dragEnter", ...at, data });
  await cdp.send("Input.dispatchDragEvent", { type: "dragOver", ...at, data });
  await expect(page.getByText(overlay)).toBeVisible();
  await cdp.send("Input.dispatchDragEvent", { type: "dragOver", x: at.x, y: 5, data });
  await expect(page.getByText(overlay)).toBeHidden();
});

test("keeps the part that is being chosen when words are dropped", async ({ page }) => {
  const studio = await openStudio(page);
  await studio.image.setInputFiles(wide);
  const use = page.getByRole("button", { name: "Use this part" });
  await expect(use).toBeVisible();
  await drag(page, { data: { "text/plain": "words" } }, page.getByRole("banner"));
  await expect(studio.alert).toHaveText(/This is text/);
  await use.click();
  await expect(studio.state).toHaveText("Picture ready");
});

for (const [what, change, sentence] of [
  ["was changed", (path: string) => appendFile(path, "more"), /can no longer be read/],
  ["was deleted", (path: string) => rm(path), /no longer there/],
] as const) {
  test(`says that a file ${what} before another part of it is chosen`, async ({
    page,
  }, testInfo) => {
    const path = await diskIn(testInfo.outputPath()).put("wide.heic", wide);
    const studio = await openStudio(page);
    await drag(page, { files: [path] }, placeOf(page, studio));
    await page.getByRole("button", { name: "Use this part" }).click();
    await expect(studio.state).toHaveText("Picture ready");
    await change(path);
    await page.getByRole("button", { name: "Crop again" }).click();
    await expect(studio.alert).toHaveText(sentence);
  });
}

test.describe("in Chinese", () => {
  test.use({ locale: "zh-CN" });

  test("says what became of what was dropped", async ({ page }) => {
    const studio = await openStudio(page);
    const stage = page.locator("[data-drop-zone]");
    await drag(page, { files: [coffee, rocket, import.meta.filename] }, stage);
    await expectSaid(page, /一次只使用一张图片，未使用：rocket.jpg · 不是图片，未使用：drops.long/);
    await drag(page, { data: { "text/plain": "一杯咖啡" } }, stage);
    await expect(studio.alert).toHaveText(/这是文字，不是图片/);
  });
});

function placeOf(page: Page, studio: Studio, onto?: "prompt" | "header"): Locator {
  if (onto === "prompt") return studio.prompt;
  if (onto === "header") return page.getByRole("banner");
  return page.getByRole("region", { name: "Stage" });
}

async function expectOutcome(page: Page, studio: Studio, outcome: Outcome) {
  if (outcome.picture) {
    await expect(page.getByText(outcome.picture)).toBeVisible();
    await expect(studio.state).toHaveText("Picture ready");
    await expect(studio.alert).toHaveCount(0);
  }
  if (outcome.said) await expectSaid(page, outcome.said);
  if (outcome.alert) await expect(studio.alert).toHaveText(outcome.alert);
  if (outcome.prompt !== undefined) await expect(studio.prompt).toHaveValue(outcome.prompt);
  if (!outcome.picture) await expect(studio.state).toHaveText("No picture yet");
}

function diskIn(folder: string): Disk {
  const path = (name: string) => join(folder, name);
  return {
    path,
    async put(name, from) {
      await mkdir(dirname(path(name)), { recursive: true });
      if (from) await copyFile(from, path(name));
      else await writeFile(path(name), "words");
      return path(name);
    },
  };
}
