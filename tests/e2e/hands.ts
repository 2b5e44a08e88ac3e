import type { Locator, Page } from "@playwright/test";
import { expect } from "./fixtures.ts";
import { ownAnswer } from "./gateway.ts";

/** What a drag carries: paths of files, and data by its type. */
export type Dragged = {
  files?: readonly string[];
  data?: Record<string, string>;
  /** The browser of the other window allows a link alone, as for one of an address bar. */
  isLinkOnly?: boolean;
};

/** Drags as the browser itself does it from outside the page. `look` looks while it is over the target. */
export async function drag(
  page: Page,
  { files = [], data = {}, isLinkOnly }: Dragged,
  target: Locator,
  look?: () => Promise<void>,
) {
  const cdp = await page.context().newCDPSession(page);
  const items = Object.entries(data).map(([mimeType, value]) => ({ mimeType, data: value }));
  const box = await target.boundingBox();
  if (!box) throw new Error("there is nothing to drop on");
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const dragOperationsMask = isLinkOnly ? 2 : 1;
  const dispatch = (type: "dragEnter" | "dragOver" | "drop") =>
    cdp.send("Input.dispatchDragEvent", {
      type,
      ...at,
      data: { items, files: [...files], dragOperationsMask },
    });
  await dispatch("dragEnter");
  await dispatch("dragOver");
  await look?.();
  await dispatch("drop");
  await cdp.detach();
}

/** Copies into the browser's clipboard, and pastes with the keyboard where the focus is. */
export async function copyAndPaste(page: Page, content: Record<string, string | Buffer>) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const encoded = Object.entries(content).map(
    ([type, value]) => [type, Buffer.from(value).toString("base64")] as const,
  );
  await page.evaluate(async (encoded) => {
    const blobs = encoded.map(([type, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      return [type, new Blob([bytes], { type })] as const;
    });
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  }, encoded);
  await page.keyboard.press("ControlOrMeta+V");
}

/** This server calls public addresses alone: answers in its place with a picture, for the addresses that have one. */
export async function putOnline(page: Page, pictures: Record<string, string>) {
  await page.route("**/api/pictures", async (route) => {
    const { url } = route.request().postDataJSON() as { url: string };
    const path = pictures[url];
    if (path) return route.fulfill({ path, contentType: "image/jpeg", headers: ownAnswer() });
    await route.fulfill({
      status: 422,
      json: { error: { code: "picture_not_fetched", message: "", requestId: "1" } },
      headers: ownAnswer(),
    });
  });
}

/** What the page tells a screen reader of the things that came with a picture. */
export function expectSaid(page: Page, said: RegExp) {
  return expect(page.locator('[data-drop-zone] > [aria-live="polite"]')).toHaveText(said);
}
