import type { Page } from "playwright";

/** The times of events in one run of a page, in milliseconds since 1970. */
export type Marks = {
  clickedAt: number;
  sentAt: number;
  requestId: string;
  acceptedAt: number;
  /** The page has the address of the video and starts to load it. */
  loadingAt: number;
  shownAt: number;
};

declare global {
  var flowMarks: Partial<Marks>;
}

/** Makes every new page record when its button is clicked, its run is accepted, and a video shows its first frame. */
export async function noteMarks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.flowMarks = {};
    const marks = globalThis.flowMarks;
    const now = () => performance.timeOrigin + performance.now();

    addEventListener(
      "click",
      ({ target, timeStamp }) => {
        const button = target instanceof Element && target.closest("button");
        if (button && /^Generate/.test(button.textContent ?? ""))
          marks.clickedAt ??= performance.timeOrigin + timeStamp;
      },
      { capture: true },
    );

    const { fetch } = globalThis;
    globalThis.fetch = async (input, init) => {
      const target = new Headers(init?.headers).get("x-fal-target-url") ?? "";
      const isSubmit =
        init?.method?.toUpperCase() === "POST" && target.startsWith("https://queue.fal.run/");
      if (isSubmit) marks.sentAt = now();
      const response = await fetch(input, init);
      if (isSubmit) {
        const { request_id } = await response.clone().json();
        marks.requestId = request_id;
        marks.acceptedAt = now();
      }
      return response;
    };

    document.addEventListener(
      "loadstart",
      ({ target }) => {
        if (target instanceof HTMLVideoElement) marks.loadingAt ??= now();
      },
      { capture: true },
    );
    const videos = new WeakSet<HTMLVideoElement>();
    new MutationObserver(() => {
      for (const video of document.querySelectorAll("video")) {
        if (videos.has(video)) continue;
        videos.add(video);
        video.requestVideoFrameCallback((at) => {
          marks.shownAt ??= performance.timeOrigin + at;
        });
      }
    }).observe(document, { childList: true, subtree: true });
  });
}

export async function readMarks(page: Page): Promise<Marks> {
  await page.waitForFunction(() => globalThis.flowMarks.shownAt !== undefined, undefined, {
    timeout: 120_000,
  });
  return (await page.evaluate(() => globalThis.flowMarks)) as Marks;
}
