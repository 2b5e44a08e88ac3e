import type { Page } from "@playwright/test";

/** What the browser keeps of a draft; `undefined` when there is nothing. */
export function readKept(page: Page) {
  return page.evaluate(async () => {
    const settle = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const opening = indexedDB.open("firstframe", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("draft");
    const database = await settle(opening);
    const store = database.transaction("draft").objectStore("draft");
    const [words, picture, endPicture] = await Promise.all([
      settle(store.get("words")),
      settle(store.get("file")),
      settle(store.get("end")),
    ]);
    database.close();
    if (!words) return undefined;
    const { prompt, optimizePrompt, choice, picture: facts } = words.draft;
    return {
      ...{ prompt, optimizePrompt, choice },
      isUploaded: facts?.uploaded !== undefined,
      hasFile: picture?.file instanceof File,
      hasEndPicture: endPicture instanceof File,
    };
  });
}
