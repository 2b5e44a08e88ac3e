import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { quarters } from "../e2e/test-pictures.ts";
import { difference } from "./difference.ts";
import { type Driver, Missing, until } from "./driver.ts";
import { findOwnAddress } from "./own-address.ts";
import {
  choosePicture,
  hasFocus,
  isPlaying,
  openStudio,
  openVideo,
  RENDERS_WITHIN_MS,
  readField,
  readPictureSent,
  readPoster,
  readStoredPrompt,
  shareVideo,
  shows,
  tabTo,
  untilStatus,
  type Visit,
} from "./visit.ts";

export type Job = { name: string; run: (visit: Visit) => Promise<void> };

const photos = resolve(import.meta.dirname, "../photos");
const coffee = join(photos, "coffee.jpg");
const rocket = join(photos, "rocket.jpg");

// Of 255, on average over the picture: the error of JPEG and of a video's colours.
const SAME_WITHIN = 5;

/** The main tasks of a visitor, each once, in the order in which one visitor does them. */
export const jobs: readonly Job[] = [
  { name: "choose, write, generate, watch", run: makeVideo },
  { name: "drop a picture", run: dropPicture },
  { name: "a phone's HEIC", run: takeHeic },
  { name: "reload a draft", run: reloadDraft },
  { name: "crop by keys", run: cropPanorama },
  { name: "keyboard alone", run: useKeyboardAlone },
  { name: "continue from a frame", run: continueFromFrame },
  { name: "share and watch", run: shareAndWatch },
  { name: "link with a password", run: lockLink },
  { name: "embed elsewhere", run: embedVideo },
  { name: "copy", run: ({ driver, origin }) => copyLink(driver, origin) },
  { name: "copy on plain http", run: copyOnPlainHttp },
  { name: "copy refused", run: copyRefused },
];

async function makeVideo({ driver, origin }: Visit) {
  await openStudio(driver, origin);
  await choosePicture(driver, coffee);
  await expectSame("what is sent", await readPictureSent(driver), coffee);
  await driver.type("Prompt", "[Static shot] steam rises");
  await driver.click("Generate");
  await until("the video plays", () => isPlaying(driver), RENDERS_WITHIN_MS);
  await untilStatus(driver, /^Ready/);
  await expectSame("the first frame", await readPoster(driver), coffee);
}

async function dropPicture({ driver, origin }: Visit) {
  await openStudio(driver, origin);
  const bytes = (await readFile(rocket)).toString("base64");
  await driver.evaluate((bytes) => {
    const content = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], "rocket.jpg", { type: "image/jpeg" }));
    const zone = document.querySelector("[data-drop-zone]");
    for (const type of ["dragenter", "dragover", "drop"])
      zone?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, bytes);
  await until("rocket.jpg is taken", () => shows(driver, "rocket.jpg"));
  await untilStatus(driver, /^Picture ready/);
  await expectSame("what is sent", await readPictureSent(driver), rocket);
}

async function takeHeic({ driver, origin }: Visit) {
  await openStudio(driver, origin);
  await choosePicture(driver, join(photos, "phone.heic"));
  const wanted = await quarters().png().toBuffer();
  await expectSame("what is sent", await readPictureSent(driver), wanted);
}

async function reloadDraft({ driver, origin }: Visit) {
  const prompt = "kept over a reload";
  await openStudio(driver, origin);
  await choosePicture(driver, rocket);
  await driver.type("Prompt", prompt);
  // The draft is stored a moment after the last key, so a page that is left earlier has the previous draft.
  await until("the draft is stored", async () => (await readStoredPrompt(driver)) === prompt);
  await openStudio(driver, origin);
  const isThere = async () =>
    (await readField(driver, "Prompt")) === prompt && shows(driver, "rocket.jpg");
  await until("the draft is there again", isThere);
  await untilStatus(driver, /^Picture ready/);
  await expectSame("what is sent", await readPictureSent(driver), rocket);
}

async function cropPanorama({ driver, origin, scratch }: Visit) {
  const panorama = join(scratch, "panorama.png");
  const whole = quarters(3000, 400).png();
  await whole.toFile(panorama);
  await openStudio(driver, origin);
  await driver.setFile("Image", panorama);
  await until("the frame has focus", () =>
    driver.evaluate(() => document.activeElement?.getAttribute("role") === "slider"),
  );
  await driver.press("Home");
  await driver.press("Enter");
  await untilStatus(driver, /^Picture ready/);
  const left = await whole.clone().extract({ left: 0, top: 0, width: 1000, height: 400 });
  await expectSame("the part that is sent", await readPictureSent(driver), await left.toBuffer());
}

async function useKeyboardAlone({ driver, origin }: Visit) {
  await openStudio(driver, origin);
  // Enter would open a dialog of the system, which does not belong to the page.
  await tabTo(driver, /^(Choose a picture|Replace)$/);
  await choosePicture(driver, coffee);
  await tabTo(driver, /^prompt$/);
  await driver.write("[Static shot] nobody touches the cup");
  await tabTo(driver, /^Generate/);
  await driver.press("Enter");
  await until("the video plays", () => isPlaying(driver), RENDERS_WITHIN_MS);
  await until("the video is kept", () => shows(driver, "Kept on this server"));
  // Forwards, Firefox leads out of the page first.
  await tabTo(driver, /^Share$/, "Shift+Tab");
  await driver.press("Enter");
  await until("the link is made", () => readField(driver, "Link"));
  await driver.press("Escape");
  await until("Share has focus again", () => hasFocus(driver, /^Share$/));
}

async function continueFromFrame({ driver, origin }: Visit) {
  await openVideo(driver, origin);
  await until("the video plays", () => isPlaying(driver));
  await driver.click("More");
  await driver.click("Last frame");
  await until("the player stands on the last frame", () =>
    driver.evaluate(() => {
      const video = document.querySelector("video");
      return video?.paused && !video.seeking && video.currentTime > 0.9 * video.duration;
    }),
  );
  const first = await readPoster(driver);
  // On a small screen the menu lies over the other buttons.
  await driver.press("Escape");
  await driver.click("Continue from here");
  const isHidden = await driver.evaluate(() => {
    const context = new OffscreenCanvas(16, 16).getContext("2d");
    return context?.getImageData(0, 0, 16, 16).data.some((value) => value !== 0);
  });
  // The page reads noise from the canvas and can't know the frame: it says so instead of sending the noise.
  if (isHidden) return untilStatus(driver, /not a picture we can read/);
  await untilStatus(driver, /^Picture ready/);
  // Nothing moves in these videos.
  await expectSame("the frame that is sent", await readPictureSent(driver), first);
}

async function shareAndWatch({ driver, origin }: Visit) {
  await openVideo(driver, origin);
  await driver.open(await shareVideo(driver));
  await until("the video plays", () => isPlaying(driver));
}

async function lockLink({ driver, origin }: Visit) {
  await openVideo(driver, origin);
  const link = await shareVideo(driver);
  await driver.type("Password for the link", "open sesame");
  await driver.click("Set");
  await until("the password is set", () => shows(driver, "Asks for a password"));
  await driver.open(link);
  await until("the page asks", () => shows(driver, "This video asks for a password"));
  await driver.type("Password", "shut sesame");
  await driver.click("Open");
  await until("the page refuses", () => shows(driver, "That is not the password."));
  await driver.type("Password", "open sesame");
  await driver.click("Open");
  await until("the video plays", () => isPlaying(driver));

  await openVideo(driver, origin);
  await shareVideo(driver);
  await driver.click("Remove");
  await until("the password is removed", async () => !(await shows(driver, "Asks for a password")));
}

async function embedVideo({ driver, origin }: Visit) {
  await openVideo(driver, origin);
  const link = await shareVideo(driver);
  const host = createServer((_, response) => {
    const frame = `<iframe src="${link}/embed" width="300" height="200" allow="autoplay"></iframe>`;
    response.setHeader("content-type", "text/html").end(`<!doctype html>${frame}`);
  }).listen(0, "127.0.0.1");
  try {
    await once(host, "listening");
    await driver.open(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`);
    await until("the video plays", () => isPlaying({ evaluate: driver.evaluateInFrame }));
  } finally {
    host.closeAllConnections();
    host.close();
  }
}

async function copyOnPlainHttp({ driver, origin }: Visit) {
  const address = findOwnAddress();
  if (!address) throw new Missing("this machine has no address that a browser finds insecure");
  const insecure = new URL(origin);
  insecure.hostname = address;
  await copyLink(driver, insecure.origin);
}

async function copyLink(driver: Driver, origin: string) {
  await openVideo(driver, origin);
  const link = await shareVideo(driver);
  await driver.click("Copy link");
  await untilStatus(driver, /^Copied/);
  await driver.press("Escape");
  await driver.type("Prompt", "");
  await driver.paste();
  await until("the link is pasted", async () => (await readField(driver, "Prompt")) === link);
}

async function copyRefused({ driver, origin }: Visit) {
  await openVideo(driver, origin);
  await driver.evaluate(() => {
    document.execCommand = () => false;
    const refuse = () => Promise.reject(new DOMException("Not now", "NotAllowedError"));
    const clipboard = { write: refuse, writeText: refuse };
    Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
  });
  const link = await shareVideo(driver);
  await driver.click("Copy link");
  await untilStatus(driver, /selected/);
  const selected = await driver.evaluate(() => {
    const field = document.activeElement as HTMLInputElement;
    return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0);
  });
  if (selected !== link) throw new Error(`selected is ${JSON.stringify(selected)}`);
}

async function expectSame(what: string, picture: Buffer, wanted: Buffer | string) {
  const found = await difference(picture, wanted);
  if (found > SAME_WITHIN)
    throw new Error(`${what} is another picture: ${found.toFixed(1)} of 255`);
}
