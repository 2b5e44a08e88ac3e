import { type Driver, until } from "./driver.ts";

/** One visitor with one browser. */
export type Visit = {
  driver: Driver;
  origin: string;
  /** A folder for files that a job makes. */
  scratch: string;
};

export const RENDERS_WITHIN_MS = 90_000;

/** Opens the studio and waits until it accepts pictures in every way. */
export async function openStudio(driver: Driver, origin: string): Promise<void> {
  await driver.open(`${origin}/`);
  await until("the studio is there", () =>
    driver.evaluate(() => document.querySelector("[data-drop-zone='']") !== null),
  );
}

export async function choosePicture(driver: Driver, path: string): Promise<void> {
  await driver.setFile("Image", path);
  const name = path.split("/").at(-1) ?? "";
  await until(`${name} is taken`, () => shows(driver, name));
  await untilStatus(driver, /^Picture ready/);
}

/** Opens a video of the visitor's library, and makes one if there is none. */
export async function openVideo(driver: Driver, origin: string): Promise<void> {
  await openStudio(driver, origin);
  if (!(await readNewest(driver))) await startRun(driver);
  const isDone = async () => (await readNewest(driver))?.status === "done";
  await until("the video is made", isDone, RENDERS_WITHIN_MS);
  await openStudio(driver, origin);
  await until("the library is there", () =>
    driver.evaluate(() => {
      const [film] = document.querySelectorAll<HTMLElement>("li > button[aria-pressed]");
      film?.click();
      return film !== undefined;
    }),
  );
  await until("the video can be shared", () => hasButton(driver, "Share"));
}

type Newest = { status: string; poster: string };

function readNewest(driver: Driver): Promise<Newest | null> {
  return driver.evaluate(async () => {
    const { items } = await (await fetch("/api/generations?limit=1")).json();
    return (items[0] as Newest) ?? null;
  });
}

/** Starts a run without a picture. */
async function startRun(driver: Driver): Promise<void> {
  await driver.evaluate(async () => {
    const answer = await fetch("/api/fal/proxy", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video",
      },
      body: JSON.stringify({ prompt: "[Static shot] a cup" }),
    });
    if (!answer.ok) throw new Error(`the run is refused: ${answer.status} ${await answer.text()}`);
  });
}

function hasButton(driver: Driver, name: string): Promise<boolean> {
  return driver.evaluate(
    (name) => [...document.querySelectorAll("button")].some((one) => one.textContent === name),
    name,
  );
}

/** Creates the link to the video on the stage, and returns it. */
export async function shareVideo(driver: Driver): Promise<string> {
  await driver.click("Share");
  return until("the link is made", () => readField(driver, "Link"));
}

export function isPlaying(driver: Pick<Driver, "evaluate">): Promise<boolean> {
  return driver.evaluate(() =>
    [...document.querySelectorAll("video")].some(
      ({ currentTime, paused, videoWidth }) => currentTime > 0.2 && !paused && videoWidth > 0,
    ),
  );
}

export async function untilStatus(driver: Driver, wanted: RegExp): Promise<void> {
  let last: string[] = [];
  await until(`the page says ${wanted}`, async () => {
    last = await readStatuses(driver);
    return last.some((text) => wanted.test(text));
  }).catch((error: Error) => {
    throw new Error(`${error.message}; it says ${JSON.stringify(last)}`);
  });
}

/** Returns what the page tells a screen reader. */
export function readStatuses(driver: Driver): Promise<string[]> {
  return driver.evaluate(() =>
    [...document.querySelectorAll("[role=status], [role=alert]")]
      .map(({ textContent }) => textContent)
      .filter(Boolean),
  );
}

export function shows(driver: Driver, text: string): Promise<boolean> {
  return driver.evaluate((text) => document.body.textContent.includes(text), text);
}

/** Returns the value of the field with this label. */
export function readField(driver: Driver, label: string): Promise<string | undefined> {
  return driver.evaluate(
    (label) =>
      [...document.querySelectorAll<HTMLInputElement>("input, textarea")].find((field) =>
        [...(field.labels ?? [])].some(({ textContent }) => textContent === label),
      )?.value,
    label,
  );
}

/** Returns the bytes that the studio sends, which are those of the picture on its stage. */
export async function readPictureSent(driver: Driver): Promise<Buffer> {
  const url = await driver.evaluate(
    () => document.querySelector<HTMLImageElement>("img[alt='The first frame']")?.src ?? "",
  );
  return readBytes(driver, url);
}

/** Returns the first frame of the newest video, as the server stores it. */
export async function readPoster(driver: Driver): Promise<Buffer> {
  const newest = await until("the video is kept", async () => {
    const found = await readNewest(driver);
    return found?.status === "done" && found;
  });
  return readBytes(driver, newest.poster);
}

/** Returns what the page gets from this address. */
export async function readBytes(driver: Driver, url: string | undefined): Promise<Buffer> {
  if (!url) throw new Error("there is no picture");
  const base64 = await driver.evaluate(async (url) => {
    const blob = await (await fetch(url)).blob();
    return new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
      reader.readAsDataURL(blob);
    });
  }, url);
  return Buffer.from(base64, "base64");
}

/** Returns the prompt of the draft that the browser has stored. */
export function readStoredPrompt(driver: Driver): Promise<string> {
  return driver.evaluate(async () => {
    const settle = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const opening = indexedDB.open("firstframe", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("draft");
    const database = await settle(opening);
    const words = await settle(database.transaction("draft").objectStore("draft").get("words"));
    database.close();
    return (words?.draft?.prompt as string | undefined) ?? "";
  });
}

/** Whether the focused element has such a text or id. */
export async function hasFocus(driver: Driver, name: RegExp): Promise<boolean> {
  const { isHere, names } = await driver.evaluate(() => ({
    // Tab may have led out of the page, to the browser's own buttons.
    isHere: document.hasFocus(),
    names: [document.activeElement?.id ?? "", document.activeElement?.textContent ?? ""],
  }));
  return isHere && names.some((one) => name.test(one));
}

/** Presses Tab until such an element has focus. */
export async function tabTo(
  driver: Driver,
  name: RegExp,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if (await hasFocus(driver, name)) return;
    await driver.press(key);
  }
  throw new Error(`${name} is not reached by Tab`);
}
