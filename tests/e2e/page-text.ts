import type { Page } from "@playwright/test";

const ATTRIBUTES = ["alt", "aria-label", "aria-roledescription", "aria-valuetext", "label"].concat([
  "placeholder",
  "title",
]);

/** Returns every text that a page shows or a screen reader speaks, except what is marked as another language. */
export function readTexts(page: Page): Promise<string[]> {
  return page.evaluate((attributes) => {
    const isOurs = (element: Element | null) =>
      element !== null && !element.closest("script, style, noscript, textarea, body [lang]");
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (isOurs(walker.currentNode.parentElement))
        texts.push(walker.currentNode.textContent ?? "");
    }
    for (const element of document.querySelectorAll(attributes.map((name) => `[${name}]`).join())) {
      if (isOurs(element) || element.matches("textarea"))
        texts.push(...attributes.map((name) => element.getAttribute(name) ?? ""));
    }
    const description = document.querySelector('meta[name="description"]');
    texts.push(description?.getAttribute("content") ?? "");
    return [...new Set(texts.map((text) => text.trim()).filter(Boolean))];
  }, ATTRIBUTES);
}
