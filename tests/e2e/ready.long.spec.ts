import type { BrowserContext, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";
import { coffee, delayRunEnds, openStudio, prepare, rocket } from "./studio.ts";

type Told = { notifications: { title: string; body?: string; tag?: string }[]; notes: number[] };

declare global {
  interface Window {
    told: Told;
    /** Simulates that the visitor switches to another tab or back. */
    look: (isLooking: boolean) => void;
    pressNotification: () => void;
  }
}

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    window.told = { notifications: [], notes: [] };
    let isAway = false;
    Object.defineProperty(document, "visibilityState", {
      get: () => (isAway ? "hidden" : "visible"),
    });
    window.look = (isLooking) => {
      isAway = !isLooking;
      document.dispatchEvent(new Event("visibilitychange"));
    };

    class RecordedNotification extends EventTarget {
      static permission: NotificationPermission = "default";
      static answer: NotificationPermission = "granted";
      static async requestPermission() {
        RecordedNotification.permission = RecordedNotification.answer;
        return RecordedNotification.permission;
      }
      onclick?: () => void;
      constructor(title: string, { body, tag }: NotificationOptions = {}) {
        super();
        window.told.notifications.push({ title, body, tag });
        window.pressNotification = () => this.onclick?.();
      }
      close() {}
    }
    Object.assign(window, { Notification: RecordedNotification });

    class RecordedAudioContext extends AudioContext {
      override createOscillator() {
        const tone = super.createOscillator();
        const start = tone.start.bind(tone);
        tone.start = (at) => {
          window.told.notes.push(Math.round(tone.frequency.value));
          start(at);
        };
        return tone;
      }
    }
    Object.assign(window, { AudioContext: RecordedAudioContext });
  });
});

test("shows progress in the tab's title, and that a video is ready until it is seen", async ({
  page,
}) => {
  const { studio, finish } = await startRun(page);
  await expect(page).toHaveTitle(/^(Sending|.*n line|Making the video) · Firstframe$/);
  await page.evaluate(() => window.look(false));
  finish();
  await expect(page).toHaveTitle("Ready · Firstframe", { timeout: 60_000 });
  await expect(studio.video).toBeVisible();
  await page.evaluate(() => window.look(true));
  await expect(page).toHaveTitle("Firstframe");
  // Both are off by default.
  expect(await page.evaluate(() => window.told)).toEqual({ notifications: [], notes: [] });
  await expect(page.getByRole("group", { name: "When it is ready" })).toHaveCount(0);
});

test("notifies with a sound if the visitor chose that, remembers the choice, and leads to the video", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["notifications"]);
  const { studio, finish } = await startRun(page);
  const notify = page.getByRole("switch", { name: "Notify me" });
  const sound = page.getByRole("switch", { name: "Play a sound" });
  await expect(notify).not.toBeChecked();
  await expect(sound).not.toBeChecked();
  expect(await page.evaluate(() => Notification.permission)).toBe("default");
  await notify.click();
  await expect(notify).toBeChecked();
  await sound.click();
  await page.evaluate(() => window.look(false));
  expect(await page.evaluate(() => window.told.notes)).toEqual([659, 880]);
  finish();

  await expect(page).toHaveTitle("Ready · Firstframe", { timeout: 60_000 });
  await expect.poll(() => page.evaluate(() => window.told.notes)).toEqual([659, 880, 659, 880]);
  const { notifications } = await page.evaluate(() => window.told);
  expect(notifications).toEqual([
    { title: "Your video is ready", body: "the cup", tag: expect.any(String) },
  ]);

  await page.evaluate(() => window.look(true));
  await prepare(studio, rocket, "another");
  await expect(studio.video).toHaveCount(0);
  await page.evaluate(() => window.pressNotification());
  await expect(studio.video).toBeVisible();

  expect(await page.evaluate(() => localStorage.getItem("firstframe.when-ready"))).toBe(
    '{"notify":true,"sound":true}',
  );
});

test("keeps the chosen sound after a reload, and explains blocked notifications", async ({
  page,
}) => {
  const { finish } = await startRun(page);
  await page.getByRole("switch", { name: "Play a sound" }).click();
  await page.evaluate(() => Object.assign(Notification, { answer: "denied" }));
  const notify = page.getByRole("switch", { name: "Notify me" });
  await notify.click();
  await expect(page.getByText("This browser blocks notifications from here")).toBeVisible();
  await expect(notify).not.toBeChecked();

  finish();
  await page.reload();
  const again = await startRun(page);
  await expect(page.getByRole("switch", { name: "Play a sound" })).toBeChecked();
  await expect(notify).not.toBeChecked();
  again.finish();
});

test.describe("on Android", () => {
  test.use({
    userAgent:
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
  });

  test("shows the notification through a worker that intercepts nothing, and reacts to a press", async ({
    page,
    context,
  }) => {
    await context.grantPermissions(["notifications"]);
    const { studio, finish } = await startRun(page);
    await page.getByRole("switch", { name: "Notify me" }).click();
    await expect(page.getByRole("switch", { name: "Notify me" })).toBeChecked();
    await page.evaluate(() => window.look(false));
    finish();
    await expect
      .poll(() => readShown(page), { timeout: 60_000 })
      .toEqual([{ title: "Your video is ready", body: "the cup" }]);
    expect(await page.evaluate(() => window.told.notifications)).toEqual([]);
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();

    await page.evaluate(() => window.look(true));
    await prepare(studio, rocket, "another");
    await expect(studio.video).toHaveCount(0);
    expect(await pressShown(context)).toBeUndefined();
    await expect(studio.video).toBeVisible();
    expect(await readShown(page)).toEqual([]);
  });

  test("opens the studio at the video of a notification", async ({
    page,
    context,
    allowConsoleError,
  }) => {
    allowConsoleError(/status of 404/);
    await context.grantPermissions(["notifications"]);
    const { studio, finish } = await startRun(page);
    await page.getByRole("switch", { name: "Notify me" }).click();
    await page.evaluate(() => window.look(false));
    finish();
    await expect.poll(() => readShown(page), { timeout: 60_000 }).toHaveLength(1);

    // A page that ignores the message about the press.
    await page.goto("/no-such-page");
    const opened = await pressShown(context);
    expect(opened).toMatch(/^\/#.+/);
    await page.goto(opened ?? "");
    await expect(studio.video).toBeVisible();
    await expect(studio.library.first()).toHaveAttribute("aria-pressed", "true");
    await expect(page).toHaveURL("/");
  });
});

/** Presses the notification and returns the address that the worker opens, if any. */
async function pressShown(context: BrowserContext): Promise<string | undefined> {
  const [worker] = context.serviceWorkers();
  return worker?.evaluate(async () => {
    // A test cannot press a notification of the system, and a worker may only open a window after a press.
    const scope = globalThis as unknown as {
      registration: ServiceWorkerRegistration;
      clients: { openWindow(url: string): Promise<void> };
      NotificationEvent: new (type: string, init: object) => ExtendableEvent;
    };
    type ExtendableEvent = Event & { waitUntil(work: Promise<unknown>): void };
    let opened: string | undefined;
    scope.clients.openWindow = async (url) => {
      opened = url;
    };
    const [notification] = await scope.registration.getNotifications();
    const press = new scope.NotificationEvent("notificationclick", { notification });
    const work: Promise<unknown>[] = [];
    press.waitUntil = (one) => void work.push(one);
    dispatchEvent(press);
    await Promise.all(work);
    return opened;
  });
}

function readShown(page: Page) {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/notifications/");
    const shown = (await registration?.getNotifications()) ?? [];
    return shown.map(({ title, body }) => ({ title, body }));
  });
}

async function startRun(page: Page) {
  const finish = await delayRunEnds(page);
  const studio = await openStudio(page);
  await prepare(studio, coffee, "[Static shot] the cup");
  await studio.generate.click();
  await expect(page.getByRole("group", { name: "When it is ready" })).toBeVisible();
  return { studio, finish };
}
